package dev.millrace.cli;

import dev.millrace.rpc.Channels;
import io.grpc.ManagedChannel;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which running instance a command speaks to, and the channel to it. */
final class Connection {
    private static final int PORT_MAX = 65_535;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "the instance's home (default: $MILLRACE_HOME, else ~/.millrace)")
    private @Nullable Path home;

    @Option(
            names = "--address",
            paramLabel = "HOST:PORT",
            description = "the gateway's gRPC address, where it is no instance of this machine")
    private @Nullable String address;

    private HomeMesh mesh = HomeMesh.NONE;

    /** Tells what a mesh in the home is known by. */
    void know(HomeMesh mesh) {
        this.mesh = mesh;
    }

    Path home() {
        if (home != null) {
            return home.toAbsolutePath();
        }
        String fromEnvironment = System.getenv("MILLRACE_HOME");
        return fromEnvironment == null || fromEnvironment.isBlank()
                ? Path.of(System.getProperty("user.home"), ".millrace")
                : Path.of(fromEnvironment).toAbsolutePath();
    }

    /** A command for the same instance, as it can be typed. */
    String typed(String command) {
        return Typed.command(command, home);
    }

    /** The instance that runs in this home; empty: none does. */
    Optional<Instance> instance() {
        return Instance.in(home());
    }

    /** What still runs in this home of a mesh whose supervisor was killed and what to do about it; empty: nothing does. */
    Optional<String> left() {
        return mesh.left(home(), this::typed);
    }

    /**
     * The health of each process of the mesh that runs in this home; none where none does, or another gateway is asked.
     *
     * @throws IllegalStateException when a mesh runs and says nothing
     */
    Map<String, String> processes() {
        return address == null ? mesh.processes(home()) : Map.of();
    }

    /** The configuration file of the instance that runs in this home; where none does, the one that it would read. */
    Path config() {
        return instance().map(Instance::config).orElseGet(() -> Instance.configOf(home()));
    }

    /** The command that starts this instance again with the same configuration file, as it can be typed. */
    String typedUp() {
        Path file = config();
        return file.equals(Instance.configOf(home().normalize()))
                ? typed("up")
                : typed("up --config " + Typed.quoted(file.toString()));
    }

    /** Runs {@code work} with a channel to the gateway and closes it afterwards. */
    <T> T call(Function<ManagedChannel, T> work) {
        ManagedChannel channel = Channels.open("tcp://" + target());
        try {
            return work.apply(channel);
        } finally {
            channel.shutdownNow();
            awaitQuietly(channel);
        }
    }

    /** The address of the gateway that is asked in place of this home's instance. */
    Optional<String> named() {
        return Optional.ofNullable(address);
    }

    private String target() {
        if (address != null) {
            return checked(address);
        }
        return instance().map(Instance::grpcAddress).orElseThrow(this::nothingRuns);
    }

    private static String checked(String address) {
        try {
            URI uri = new URI("tcp://" + address);
            if (uri.getHost() != null
                    && uri.getPort() > 0
                    && uri.getPort() <= PORT_MAX
                    && address.equals(uri.getHost() + ":" + uri.getPort())) {
                return address;
            }
        } catch (URISyntaxException malformed) {
            // told below
        }
        throw new CommandFault(
                ExitCodes.USAGE, "--address: " + (address.isEmpty() ? "nothing" : address) + " (expected: HOST:PORT)");
    }

    private CommandFault nothingRuns() {
        return new CommandFault(
                ExitCodes.UNAVAILABLE,
                left().orElseGet(() -> "no Millrace runs in " + home() + ". Start it with: " + typed("up")
                        + " (or name another home with --home, another machine's gateway with --address)"));
    }

    private static void awaitQuietly(ManagedChannel channel) {
        try {
            channel.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
