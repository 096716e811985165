package dev.millrace.rpc;

import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds who listens on a local TCP port, so that an error can name the process. It reads Linux's {@code /proc}; elsewhere,
 * and for processes of other users, nobody is found.
 */
public final class PortHolder {
    private static final String LISTENING = "0A";

    private PortHolder() {}

    /** What to tell the operator; {@code hint} is the sentence that follows, such as which flag changes the port. */
    public static String taken(int port, String hint) {
        String holder = find(port)
                .map(found -> " by pid " + found.pid + " (" + found.command + ")")
                .orElse("");
        return "port " + port + " is taken" + holder + "." + (hint.isEmpty() ? "" : " " + hint);
    }

    /** What to tell the operator of an address that cannot be listened on; {@code why} is the system's reason. */
    public static String refused(String address, String why) {
        return "cannot listen on " + address + ": " + why
                + ". Choose another port (those below 1024 are often the administrator's) or another address";
    }

    /** Whether a server could not start because its port is in use: one that may not be bound at all fails alike. */
    public static boolean isTaken(Throwable failure) {
        return refusal(failure).filter(words -> words.contains("in use")).isPresent();
    }

    /** Why the system did not let a server bind its address, in the system's words; empty where that is not what failed. */
    public static Optional<String> refusal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return Optional.of(String.valueOf(cause.getMessage()));
            }
            String words = String.valueOf(cause.getMessage());
            if (cause instanceof Errors.NativeIoException && words.startsWith("bind(")) {
                return Optional.of(systemsWords(words));
            }
        }
        return Optional.empty();
    }

    /** As in "bind(..) failed with error(-98): Address already in use". */
    private static String systemsWords(String message) {
        int colon = message.indexOf("): ");
        return colon < 0 ? message : message.substring(colon + "): ".length());
    }

    /** The process that listens on the port, on whichever address. */
    private static Optional<Holder> find(int port) {
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .map(Path::of)
                .filter(Files::isReadable)
                .flatMap(PortHolder::lines)
                .map(line -> line.trim().split("\\s+"))
                .filter(columns -> columns.length > 9 && LISTENING.equals(columns[3]) && isPort(columns[1], port))
                .map(columns -> "socket:[" + columns[9] + "]")
                .flatMap(socket -> holderOf(socket).stream())
                .findFirst();
    }

    private static boolean isPort(String address, int port) {
        return address.endsWith(":" + HexFormat.of().withUpperCase().toHexDigits((char) port));
    }

    private static Optional<Holder> holderOf(String socket) {
        return list(Path.of("/proc")).stream()
                .filter(process -> process.getFileName().toString().matches("[0-9]+"))
                .filter(process -> list(process.resolve("fd")).stream().anyMatch(file -> isLinkTo(file, socket)))
                .map(process -> new Holder(Long.parseLong(process.getFileName().toString()), command(process)))
                .findFirst();
    }

    private static String command(Path process) {
        return lines(process.resolve("comm")).findFirst().orElse("unknown");
    }

    private static boolean isLinkTo(Path file, String socket) {
        try {
            return Files.readSymbolicLink(file).toString().equals(socket);
        } catch (IOException goneMeanwhile) {
            return false;
        }
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        } catch (IOException | UncheckedIOException notOurs) {
            return List.of();
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException goneMeanwhile) {
            return Stream.empty();
        }
    }

    /** A process, and the short name of its command. */
    private record Holder(long pid, String command) {}

    /** A server could not start because its port is in use. */
    public static final class PortTaken extends IllegalStateException {
        private final int port;

        PortTaken(int port, String hint, Throwable cause) {
            super(taken(port, hint), cause);
            this.port = port;
        }

        public int port() {
            return port;
        }
    }
}
