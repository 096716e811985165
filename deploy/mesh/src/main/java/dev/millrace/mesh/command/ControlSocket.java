package dev.millrace.mesh.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * How a command reaches the running mesh: a socket in the home, which its owner alone may enter. One line asks, words parted
 * by blanks; lines answer; the last one is {@code ok}, or {@code error: …}, or {@code misuse: …} where the question is wrong.
 */
final class ControlSocket implements AutoCloseable {
    private static final String OK = "ok";
    private static final String ERROR = "error: ";
    private static final String MISUSE = "misuse: ";
    /** Of the operating system. */
    private static final int PATH_BYTES_MAX = 107;

    private final ServerSocketChannel server;
    private final Path path;
    private final Answerer answerer;

    /** Answers the words of a question in lines; what it throws is the error. */
    @FunctionalInterface
    interface Answerer {
        void answer(List<String> words, Consumer<String> line);
    }

    private ControlSocket(ServerSocketChannel server, Path path, Answerer answerer) {
        this.server = server;
        this.path = path;
        this.answerer = answerer;
    }

    static ControlSocket open(Path path, Answerer answerer) {
        try {
            Files.createDirectories(path.resolveSibling("."));
            Files.deleteIfExists(path);
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(address(path));
            ControlSocket socket = new ControlSocket(server, path, answerer);
            Thread.ofVirtual().name("control").start(socket::accept);
            return socket;
        } catch (IOException failure) {
            throw new UncheckedIOException(path + " cannot be opened: " + failure.getMessage(), failure);
        }
    }

    private static UnixDomainSocketAddress address(Path path) {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > PATH_BYTES_MAX) {
            throw new IllegalStateException("the home's path is too long for a socket: " + path + " (expected: at most "
                    + PATH_BYTES_MAX + " bytes). Choose a shorter --home");
        }
        return UnixDomainSocketAddress.of(path);
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel caller = server.accept();
                Thread.ofVirtual().start(() -> serve(caller));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel caller) {
        try (caller;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(caller), StandardCharsets.UTF_8));
                PrintStream out = new PrintStream(Channels.newOutputStream(caller), true, StandardCharsets.UTF_8)) {
            String question = in.readLine();
            try {
                answerer.answer(List.of(String.valueOf(question).split(" ")), out::println);
                out.println(OK);
            } catch (IllegalArgumentException wrong) {
                out.println(MISUSE + wrong.getMessage());
            } catch (RuntimeException failure) {
                out.println(ERROR + failure.getMessage());
            }
        } catch (IOException gone) {
            // The command was interrupted; what it asked for is done all the same.
        }
    }

    /**
     * Asks the mesh of a home and hands on its lines.
     *
     * @throws Nobody when none runs
     * @throws IllegalArgumentException with the mesh's own words when the question is wrong
     * @throws IllegalStateException with them when it refuses for another reason
     */
    static void ask(Path path, String question, Consumer<String> line) {
        try (SocketChannel channel = SocketChannel.open(address(path));
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
                PrintStream out = new PrintStream(Channels.newOutputStream(channel), true, StandardCharsets.UTF_8)) {
            out.println(question);
            for (String answer = in.readLine(); !OK.equals(answer); answer = in.readLine()) {
                if (answer != null && answer.startsWith(MISUSE)) {
                    throw new IllegalArgumentException(answer.substring(MISUSE.length()));
                }
                if (answer == null || answer.startsWith(ERROR)) {
                    throw new IllegalStateException(
                            answer == null ? "the mesh ended meanwhile" : answer.substring(ERROR.length()));
                }
                line.accept(answer);
            }
        } catch (IOException nobody) {
            throw new Nobody(path, nobody);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(path);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Where one asked, no mesh takes commands. */
    static final class Nobody extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Nobody(Path path, IOException cause) {
            super("no mesh runs here (nobody answers at " + path + "). Start one with: millrace up --mesh", cause);
        }
    }
}
