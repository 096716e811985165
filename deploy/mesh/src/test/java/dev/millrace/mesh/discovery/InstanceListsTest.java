package dev.millrace.mesh.discovery;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.mesh.Folders;
import dev.millrace.mesh.process.Programs;
import dev.millrace.runtime.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What the real consul-template makes of a registry's answers. */
final class InstanceListsTest {
    private static final String INSTANCE = """
            {"Node": {"Node": "millrace", "Address": "127.0.0.1"},
             "Service": {"ID": "local-inference-%d", "Service": "local-inference", "Address": "127.0.0.1", "Port": 75%d1,
                         "Meta": {"models": "minilm", "slots": "%s"}},
             "Checks": [{"Status": "passing"}]}""";

    @TempDir
    Path folder;

    /** A sidecar that reads of a weight below 1 throws the whole list away. */
    @Test
    void weighsANodeThatOnlyEmbeds() throws Exception {
        assertThat(weights(INSTANCE.formatted(1, 1, "0") + "," + INSTANCE.formatted(2, 2, "4") + ","
                        + INSTANCE.formatted(3, 3, "")))
                .containsExactly(1, 4, 1);
    }

    private List<Integer> weights(String instances) throws Exception {
        Optional<Path> program = Programs.of(System.getenv()).find("consul-template");
        Assumptions.assumeTrue(
                program.isPresent(),
                "NOT CHECKED: consul-template is neither on the PATH nor in the cache; deploy/mesh/install gets it");
        Folders folders = new Folders(new Home(folder));
        Files.createDirectories(folders.rendered());
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", asked -> answer(asked, "[" + instances + "]"));
        registry.start();
        try {
            Path configuration = new InstanceLists(folders, Path.of("publish").toAbsolutePath())
                    .write(
                            List.of("local-inference"),
                            "127.0.0.1:" + registry.getAddress().getPort());
            Process process = new ProcessBuilder(program.get().toString(), "-config", configuration.toString(), "-once")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("words").toFile())
                    .start();
            boolean ended = process.waitFor(30, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(ended).as(words()).isTrue();
            assertThat(process.exitValue()).as(words()).isZero();
        } finally {
            registry.stop(0);
        }
        return weightsIn(Files.readString(folders.live().resolve("local-inference.json")));
    }

    private String words() {
        try {
            return Files.readString(folder.resolve("words"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void answer(HttpExchange asked, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        asked.getResponseHeaders().add("Content-Type", "application/json");
        asked.getResponseHeaders().add("X-Consul-Index", "7");
        asked.sendResponseHeaders(200, body.length);
        asked.getResponseBody().write(body);
        asked.close();
    }

    private static List<Integer> weightsIn(String list) {
        JsonObject assignment = JsonParser.parseString(list)
                .getAsJsonObject()
                .getAsJsonArray("resources")
                .get(0)
                .getAsJsonObject();
        JsonArray endpoints =
                assignment.getAsJsonArray("endpoints").get(0).getAsJsonObject().getAsJsonArray("lb_endpoints");
        List<Integer> weights = new ArrayList<>();
        endpoints.forEach(each ->
                weights.add(each.getAsJsonObject().get("load_balancing_weight").getAsInt()));
        return weights;
    }
}
