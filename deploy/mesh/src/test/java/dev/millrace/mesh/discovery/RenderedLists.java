package dev.millrace.mesh.discovery;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.mesh.Folders;
import dev.millrace.mesh.MeshPrograms;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Lists of instances as the real consul-template renders them, once, from what a registry would answer. */
public final class RenderedLists {
    private RenderedLists() {}

    /**
     * Renders the list that sidecars watch.
     *
     * @param instances in the form of Consul's answers, parted by commas
     * @return the paths under which the registry was asked
     */
    public static List<String> render(Folders folders, String list, String instances) throws Exception {
        Path program = MeshPrograms.required("consul-template", RenderedLists.class);
        Files.createDirectories(folders.rendered());
        Files.copy(
                Path.of("publish"),
                folders.rendered().resolve("publish"),
                StandardCopyOption.COPY_ATTRIBUTES,
                StandardCopyOption.REPLACE_EXISTING);
        List<String> paths = new CopyOnWriteArrayList<>();
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", asked -> {
            paths.add(asked.getRequestURI().getPath());
            answer(asked, "[" + instances + "]");
        });
        registry.start();
        try {
            List<String> command = new ArrayList<>(List.of(
                    program.toString(),
                    "-once",
                    "-consul-addr=127.0.0.1:" + registry.getAddress().getPort()));
            new InstanceLists(folders).write(List.of(list)).forEach(file -> command.add("-config=" + file));
            run(command, folders.rendered().resolve("words"));
        } finally {
            registry.stop(0);
        }
        return paths;
    }

    private static void run(List<String> command, Path words) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(words.toFile())
                .start();
        boolean ended = process.waitFor(30, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended).as(Files.readString(words)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(words)).isZero();
    }

    private static void answer(HttpExchange asked, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        asked.getResponseHeaders().add("Content-Type", "application/json");
        asked.getResponseHeaders().add("X-Consul-Index", "7");
        asked.sendResponseHeaders(200, body.length);
        asked.getResponseBody().write(body);
        asked.close();
    }
}
