package dev.millrace.mesh.envoy;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.MeshPrograms;
import dev.millrace.mesh.command.MeshUp;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.policy.PolicyFile;
import dev.millrace.runtime.Home;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A real Envoy as the outer door, with no gateway behind it: what it lets in ends as unavailable, the rest is refused. */
final class OuterDoorTest {
    private static final String METHOD = "/millrace.gateway.v1.GatewayService/StreamCompletion";
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: ([0-9]+)");
    private static final String NOT_AVAILABLE = "grpc-status: 14";
    private static final String TOO_LATE = "grpc-status: 4";
    private static final String DENIED = "grpc-status: 7";

    @TempDir
    Path home;

    private Folders folders;
    private int port;
    private @Nullable Process envoy;

    @BeforeEach
    void open() throws Exception {
        Path program = MeshPrograms.required("envoy", OuterDoorTest.class);
        folders = new Folders(new Home(home));
        SidecarFiles.make(folders);
        Files.createDirectories(folders.admin());
        start(program, MeshUp.shippedPolicy());
    }

    private void start(Path program, Policy policy) throws IOException {
        port = free();
        Path file = Files.writeString(
                home.resolve("edge.yaml"),
                new Configurations(policy, folders, Optional.empty()).edge(new EdgePorts(free(), port)));
        envoy = new ProcessBuilder(
                        program.toString(),
                        "--disable-hot-restart",
                        "--file-flush-interval-msec",
                        "50",
                        "-c",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("words").toFile())
                .start();
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .ignoreExceptions()
                .until(() -> call("GET", "/health", "127.0.0.1:" + port), answer -> answer.startsWith("HTTP/1.1 "));
    }

    @AfterEach
    void close() {
        if (envoy != null) {
            envoy.destroyForcibly();
        }
    }

    @Test
    void refusesAPageWhoseNameWasMadeToLeadHere() throws IOException {
        for (String host :
                List.of("evil.example", "evil.example:" + port, "localhost.evil.example", "127.0.0.1.evil.example")) {
            assertThat(call("GET", "/v1/models", host))
                    .as(host)
                    .startsWith("HTTP/1.1 403")
                    .contains("allowed-hosts");
            assertThat(web(host)).as(host).contains(DENIED);
            assertThat(web(host, "Origin: http://" + host)).as(host).contains(DENIED);
        }
        for (String host : List.of("localhost", "LOCALHOST:" + port, "127.0.0.1:" + port, "[::1]:" + port)) {
            assertThat(web(host)).as(host).contains(NOT_AVAILABLE);
        }
    }

    @Test
    void refusesAPageOfAnotherOrigin() throws IOException {
        String host = "127.0.0.1:" + port;
        for (String origin : List.of(
                "https://evil.example",
                "null",
                "http://localhost.evil.example",
                "http://127.0.0.1.evil.example:80",
                "")) {
            assertThat(web(host, "Origin: " + origin)).as(origin).contains(DENIED);
        }
        for (String origin : List.of("http://localhost:3000", "https://127.0.0.1", "http://[::1]:" + port)) {
            assertThat(web(host, "Origin: " + origin)).as(origin).contains(NOT_AVAILABLE);
        }
    }

    @Test
    void answersTheQuestionOfAPageBeforeItsCall() throws IOException {
        String host = "127.0.0.1:" + port;
        String[] asking = {
            "Origin: http://localhost:3000",
            "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: content-type,x-grpc-web"
        };
        assertThat(call("OPTIONS", METHOD, host, asking))
                .startsWith("HTTP/1.1 200")
                .contains("access-control-allow-origin: http://localhost:3000")
                .contains("x-grpc-web");
        asking[0] = "Origin: https://evil.example";
        assertThat(call("OPTIONS", METHOD, host, asking)).doesNotContain("access-control-allow-origin");
    }

    @Test
    void saysInTheFormOfTheHttpDoorThatNoGatewayAnswers() throws IOException {
        assertThat(request("GET", "/v1/models", "localhost", List.of("Content-Length: 0")))
                .startsWith("HTTP/1.1 503")
                .contains("content-type: application/json")
                .contains("\"type\":\"api_error\"")
                .contains("\"code\":\"gateway_unavailable\"")
                .contains("millrace ps", "millrace logs gateway")
                .contains("x-should-retry: true");
    }

    /** The words by which the command knows that it met the door and no gateway. */
    @Test
    void saysToACallOverGrpcThatNothingBehindItIsHealthy() throws IOException {
        assertThat(web("localhost"))
                .contains(NOT_AVAILABLE, "grpc-message: no healthy upstream")
                .doesNotContain("x-should-retry");
    }

    /** One that takes a connection and says nothing, not even who it is. */
    @Test
    void saysOfASilentGatewayThatTimeRanOut() throws Exception {
        close();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            for (String list : List.of("gateway", "gateway-http")) {
                Files.writeString(folders.live().resolve(list + ".json"), """
                        {"resources":[{"@type":"type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment","cluster_name":"%s",
                        "endpoints":[{"lb_endpoints":[{"endpoint":{"address":{"socket_address":{"address":"127.0.0.1","port_value":%d}}}}]}]}]}
                        """.formatted(list, silent.getLocalPort()));
            }
            start(
                    MeshPrograms.required("envoy", OuterDoorTest.class),
                    PolicyFile.parse(
                            "own",
                            Files.readString(Path.of("policy.yaml"))
                                    .replace("connect-within: 500ms", "connect-within: 60s")
                                    .replace("silent-at-most: 600s", "silent-at-most: 300ms")));

            assertThat(request("GET", "/v1/models", "localhost", List.of("Content-Length: 0")))
                    .startsWith("HTTP/1.1 504")
                    .contains("content-type: application/json")
                    .contains("\"code\":\"deadline_exceeded\"")
                    .contains("It may have begun");
            assertThat(web("localhost"))
                    .startsWith("HTTP/1.1 200")
                    .contains(TOO_LATE)
                    .contains("it may have begun");
        }
    }

    @Test
    void takesCommandsOnItsOwnersSocketAlone() throws Exception {
        Path socket = folders.admin("edge");
        assertThat(Files.getPosixFilePermissions(socket).toString())
                .doesNotContain("GROUP")
                .doesNotContain("OTHERS");
        assertThat(home.resolve("edge.yaml")).content().doesNotContainPattern("admin:\\s+address:\\s+socket_address");

        Path calls = folders.log("edge.calls");
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> Files.exists(calls) && Files.size(calls) > 0);
        Files.move(calls, home.resolve("older"));
        AdminSocket.post(socket, "/reopen_logs");

        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> {
            web("localhost");
            return Files.exists(calls) && Files.readString(calls).contains(METHOD);
        });
    }

    private String web(String host, String... headers) throws IOException {
        return call("POST", METHOD, host, headers);
    }

    private String call(String verb, String path, String host, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of("Content-Type: application/grpc-web+proto", "Content-Length: 0"));
        all.addAll(List.of(headers));
        return request(verb, path, host, all);
    }

    /** Plain words on the wire, because a client of the platform chooses the host itself. */
    private String request(String verb, String path, String host, List<String> headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            StringBuilder request =
                    new StringBuilder(verb + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n");
            for (String header : headers) {
                request.append(header).append("\r\n");
            }
            socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
            return answer(socket.getInputStream());
        }
    }

    /** The head, and so much of a body as it says: the door closes a second later. */
    private static String answer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            if (head.toString().endsWith("\r\n\r\n")) {
                break;
            }
        }
        Matcher length = LENGTH.matcher(head);
        int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
        return head + new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
    }

    private static int free() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }
}
