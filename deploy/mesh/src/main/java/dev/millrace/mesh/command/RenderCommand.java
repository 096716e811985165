package dev.millrace.mesh.command;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.Instance;
import dev.millrace.mesh.envoy.AdminSocket;
import dev.millrace.mesh.envoy.Configurations;
import dev.millrace.mesh.envoy.Seat;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.policy.PolicyFile;
import dev.millrace.runtime.ConfigurationFault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the Envoy configuration of one sidecar, or of the outer door, as {@code up --mesh} does for its own. */
@Command(
        name = "render",
        description =
                "Writes the Envoy configuration of one sidecar. Where its files lie is said by --home, as the sidecar sees"
                        + " it; its ports, which its neighbours need not know, follow from --first-port.",
        mixinStandardHelpOptions = true)
final class RenderCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    private static final String ID = "[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?";

    @Mixin
    private MeshHome home = new MeshHome();

    @Option(
            names = "--service",
            required = true,
            paramLabel = "NAME",
            description = "such as billing, or edge: the outer door")
    private String service = "";

    @Option(
            names = "--instance",
            paramLabel = "ID",
            description = "its name, such as a pod's (default: NAME-1, or edge)")
    private @Nullable String instance;

    @Option(names = "--policy", paramLabel = "FILE", description = "default: the policy.yaml that ships")
    private @Nullable Path policy;

    @Mixin
    private ListenOptions listening = new ListenOptions();

    @Option(
            names = "--collector",
            paramLabel = "URL",
            description = "where it sends its spans over OTLP, as http://host:port (default: nowhere)")
    private @Nullable URI collector;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "where ID.yaml is written")
    private Path out = Path.of(".");

    @Override
    public Integer call() {
        try {
            Folders folders = home.folders();
            Seat seat = new Seat(id(), listening.address());
            AdminSocket.requireShort(folders.admin(seat.id()));
            String configuration = render(folders, seat);
            Path file = Files.writeString(Files.createDirectories(out).resolve(seat.id() + ".yaml"), configuration);
            System.out.println("wrote " + file);
            System.out.println("  " + (isEdge() ? listening.told(listening.edge()) : listening.told(place())));
            System.out.println("  reads " + folders.certificates() + ", " + folders.live() + "; writes "
                    + folders.log(seat.id() + ".calls") + "; takes commands at " + folders.admin(seat.id()));
            System.out.println("  before it starts, make these folders, which it does not make by itself: "
                    + folders.home().logs() + " " + folders.admin());
            System.out.println("  where all these are, Envoy checks the file with: envoy --mode validate -c " + file);
            return 0;
        } catch (ConfigurationFault fault) {
            fault.mistakes().forEach(mistake -> System.err.println("error: " + mistake));
            return MISUSED;
        } catch (IllegalArgumentException | IllegalStateException fault) {
            System.err.println("error: " + fault.getMessage());
            return MISUSED;
        } catch (IOException failure) {
            System.err.println("error: " + out + " cannot be written: " + failure);
            return FAILED;
        }
    }

    private String render(Folders folders, Seat seat) {
        Policy read = policy == null ? MeshUp.shippedPolicy() : PolicyFile.read(policy);
        Optional<URI> spans = Optional.ofNullable(collector);
        spans.ifPresent(address -> Configurations.requireCollector("--collector", address));
        Configurations configurations = new Configurations(read, folders, spans);
        return isEdge() ? configurations.edge(listening.edge(), seat) : configurations.sidecar(place(), seat);
    }

    private boolean isEdge() {
        return service.equals(Policy.EDGE);
    }

    private Instance place() {
        return listening.place(service);
    }

    private String id() {
        String id = instance == null ? (isEdge() ? Policy.EDGE : place().id()) : instance;
        if (!id.matches(ID)) {
            throw new IllegalArgumentException(
                    "--instance: " + id + " (expected: a name of letters, digits, dots and hyphens)");
        }
        return id;
    }
}
