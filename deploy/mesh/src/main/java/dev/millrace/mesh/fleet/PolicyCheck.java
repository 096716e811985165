package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.Instance;
import dev.millrace.mesh.envoy.Configurations;
import dev.millrace.mesh.envoy.EdgePorts;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.process.Leftovers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Lets Envoy read what an operator's own policy makes of each sidecar; a tenth of a second for each. */
final class PolicyCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String COMPLAINT = "error initializing configuration";
    /** None is opened. */
    private static final int SOME_PORT = 7510;

    private final Folders folders;
    private final Path envoy;
    private final Leftovers leftovers;

    /** The certificates and lists that sidecars read lie in {@code folders} already. */
    PolicyCheck(Folders folders, Path envoy, Leftovers leftovers) {
        this.folders = folders;
        this.envoy = envoy;
        this.leftovers = leftovers;
    }

    /**
     * Returns when Envoy takes all of them.
     *
     * @throws IllegalStateException with its words when it does not
     */
    void require(Path file, Policy policy, Configurations configurations) throws IOException {
        Map<String, String> sidecars = new LinkedHashMap<>();
        policy.services()
                .keySet()
                .forEach(service -> sidecars.put(service, configurations.sidecar(new Instance(service, 1, SOME_PORT))));
        sidecars.put(Policy.EDGE, configurations.edge(new EdgePorts(SOME_PORT, SOME_PORT + 1)));
        for (Map.Entry<String, String> sidecar : sidecars.entrySet()) {
            String refusal = refusal(sidecar.getKey(), sidecar.getValue());
            if (!refusal.isEmpty()) {
                throw new IllegalStateException("the policy " + file + " makes a sidecar of " + sidecar.getKey()
                        + " that Envoy refuses: " + refusal);
            }
        }
    }

    /** Nothing where it is taken. */
    private String refusal(String name, String configuration) throws IOException {
        Path rendered = Files.writeString(folders.rendered().resolve("check-" + name + ".yaml"), configuration);
        Path words = folders.rendered().resolve("check-" + name + ".words");
        Process check = leftovers.start(new ProcessBuilder(List.of(
                        envoy.toString(),
                        "--mode",
                        "validate",
                        "--config-path",
                        rendered.toString(),
                        "--disable-hot-restart",
                        "--log-level",
                        "error"))
                .redirectErrorStream(true)
                .redirectOutput(words.toFile()));
        try {
            if (!check.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return "it said nothing within " + PATIENCE.toSeconds() + " s";
            }
            return check.exitValue() == 0 ? "" : complaint(Files.readString(words));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        } finally {
            check.destroyForcibly();
        }
    }

    /** In one line, without the time and the place in Envoy's source before it. */
    private static String complaint(String words) {
        int begin = Math.max(0, words.indexOf(COMPLAINT));
        String said = words.substring(begin).strip().replaceAll("\\s+", " ");
        return said.isEmpty() ? "it said nothing" : said;
    }
}
