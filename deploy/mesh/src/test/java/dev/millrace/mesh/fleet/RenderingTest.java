package dev.millrace.mesh.fleet;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.discovery.ConsulAgent;
import dev.millrace.mesh.Folders;
import dev.millrace.runtime.Home;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class RenderingTest {
    private static final String KNOWN = """
            {"Service": {"ID": "billing-%d"}, "Checks": [{"Status": "%s"}]}""";
    private static final String LISTED = """
            {"endpoint": {}, "health_status": "%s", "metadata": {"filter_metadata": {"envoy.lb": {"instance": "billing-%d"}}}}""";

    @TempDir
    Path home;

    private Folders folders;
    private HttpServer consul;
    private ConsulAgent agent;
    private volatile String known = "[]";

    @BeforeEach
    void start() throws IOException {
        folders = new Folders(new Home(home));
        Files.createDirectories(folders.live());
        consul = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        consul.createContext("/", asked -> {
            byte[] body = known.getBytes(StandardCharsets.UTF_8);
            asked.sendResponseHeaders(200, body.length);
            asked.getResponseBody().write(body);
            asked.close();
        });
        consul.start();
        agent = new ConsulAgent(
                URI.create("http://127.0.0.1:" + consul.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        agent.close();
        consul.stop(0);
    }

    @Test
    void isContentWithAListThatSaysWhatConsulSays() throws IOException {
        known = "[" + KNOWN.formatted(1, "passing") + "," + KNOWN.formatted(2, "critical") + "]";
        list(LISTED.formatted("HEALTHY", 1) + "," + LISTED.formatted("UNHEALTHY", 2));

        assertThatCode(this::requireFresh).doesNotThrowAnyException();
    }

    @Test
    void tellsOfAListThatLacksAnInstance() throws IOException {
        known = "[" + KNOWN.formatted(1, "passing") + "," + KNOWN.formatted(2, "passing") + "]";
        list(LISTED.formatted("HEALTHY", 1));

        assertThatThrownBy(this::requireFresh).hasMessage("its list of billing is not what Consul says");
    }

    @Test
    void tellsOfAListThatHasNotHeardOfAnInstancesHealth() throws IOException {
        known = "[" + KNOWN.formatted(1, "critical") + "]";
        list(LISTED.formatted("HEALTHY", 1));

        assertThatThrownBy(this::requireFresh).hasMessage("its list of billing is not what Consul says");
    }

    @Test
    void saysWhatToDoWhereTheListIsGoneOrIsNone() throws IOException {
        known = "[" + KNOWN.formatted(1, "passing") + "]";
        Path file = folders.live().resolve("billing.json");

        assertThatThrownBy(this::requireFresh)
                .hasMessage(
                        "its list of billing is gone (" + file + "). Sidecars go on with what they have read. A restart"
                                + " writes it anew: millrace down, then millrace up --mesh");

        for (String other : List.of(
                "",
                "x",
                "[]",
                "{}",
                "{\"resources\": []}",
                "{\"resources\": [{\"endpoints\": [{}]}]}",
                "{\"resources\": [{\"endpoints\": [{\"lb_endpoints\": [{}]}]}]}",
                "{\"resources\": [{\"endpoints\": 1}]}")) {
            Files.writeString(file, other);
            assertThatThrownBy(this::requireFresh)
                    .as(other)
                    .hasMessageStartingWith(
                            "its list of billing is no list of instances (" + file + "). Sidecars go on")
                    .hasMessageEndingWith("millrace up --mesh");
        }
    }

    /** Sidecars are to go on with what they had. */
    @Test
    void isContentWithAnOldListWhereConsulHasForgottenEverythingOrIsAway() throws IOException {
        list(LISTED.formatted("HEALTHY", 1));

        assertThatCode(this::requireFresh).doesNotThrowAnyException();

        consul.stop(0);
        assertThatCode(this::requireFresh).doesNotThrowAnyException();
    }

    private void requireFresh() throws IOException, InterruptedException {
        new Rendering(folders, agent).requireFresh("billing");
    }

    private void list(String endpoints) throws IOException {
        Files.writeString(
                folders.live().resolve("billing.json"),
                "{\"resources\":[{\"cluster_name\":\"billing\",\"endpoints\":[{\"lb_endpoints\":[" + endpoints
                        + "]}]}]}");
    }
}
