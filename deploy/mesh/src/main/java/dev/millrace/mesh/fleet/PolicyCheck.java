package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.Instance;
import dev.millrace.mesh.envoy.Configurations;
import dev.millrace.mesh.envoy.EdgePorts;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.runtime.ConfigurationFault;
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
    /** The cause follows in brackets; before or behind it there may be the whole configuration. */
    private static final String CAUSE = "Proto constraint validation failed (";

    /** Of a cause that is longer, the beginning and the end: the last of several causes is the one to look at. */
    private static final int BEGIN_MAX = 200;

    private static final int END_MAX = 400;
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
     * @throws ConfigurationFault with the cause in Envoy's words when it does not
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
                Path kept = keep(sidecar.getKey(), sidecar.getValue());
                throw new ConfigurationFault(List.of("the policy " + file + " makes a sidecar of " + sidecar.getKey()
                        + " that Envoy refuses: "
                        + refusal.replace(rendered(sidecar.getKey()).toString(), kept.toString())
                        + "   its configuration is kept in " + kept));
            }
        }
    }

    private Path rendered(String name) {
        return folders.rendered().resolve("check-" + name + ".yaml");
    }

    /** Where it outlives the start that is given up. */
    private Path keep(String name, String configuration) throws IOException {
        Path logs = Files.createDirectories(folders.home().logs());
        return Files.writeString(logs.resolve("refused-" + name + ".yaml"), configuration);
    }

    /** Nothing where it is taken. */
    private String refusal(String name, String configuration) throws IOException {
        Path rendered = Files.writeString(rendered(name), configuration);
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
                throw new IllegalStateException("Envoy said nothing of the sidecar of " + name + " within "
                        + PATIENCE.toSeconds() + " s: try again when this machine has less to do");
            }
            return check.exitValue() == 0 ? "" : complaint(Files.readString(words));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        } finally {
            check.destroyForcibly();
        }
    }

    /** The cause alone, in one line, without the time and the place in Envoy's source before it. */
    static String complaint(String words) {
        int begin = Math.max(0, words.indexOf(COMPLAINT));
        String said = words.substring(begin).strip().replaceAll("\\s+", " ");
        if (said.isEmpty()) {
            return "it said nothing";
        }
        int cause = said.lastIndexOf(CAUSE);
        return shortened(cause < 0 ? said : said.substring(cause, endOfBrackets(said, cause + CAUSE.length())));
    }

    /** Behind the bracket that closes the one before {@code begin}; the end of the text where none does. */
    private static int endOfBrackets(String text, int begin) {
        int open = 1;
        for (int i = begin; i < text.length(); i++) {
            char letter = text.charAt(i);
            open += letter == '(' ? 1 : letter == ')' ? -1 : 0;
            if (open == 0) {
                return i + 1;
            }
        }
        return text.length();
    }

    private static String shortened(String text) {
        return text.length() <= BEGIN_MAX + END_MAX
                ? text
                : text.substring(0, BEGIN_MAX) + " … " + text.substring(text.length() - END_MAX);
    }
}
