package dev.millrace.mesh.command;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.Instance;
import dev.millrace.mesh.envoy.Configurations;
import dev.millrace.mesh.envoy.EdgePorts;
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

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "where others reach it, such as 0.0.0.0 (default: 127.0.0.1)")
    private String listen = "127.0.0.1";

    @Option(
            names = "--first-port",
            paramLabel = "N",
            description = "of the service; the sidecar has the next two, a gateway's HTTP door and its sidecar two more"
                    + " (default: 7510)")
    private int firstPort = 7510;

    @Option(names = "--grpc-port", paramLabel = "N", description = "of the outer door (default: 9090)")
    private int grpcPort = 9090;

    @Option(names = "--http-port", paramLabel = "N", description = "of the outer door (default: 8080)")
    private int httpPort = 8080;

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
            Seat seat = new Seat(id(), listen);
            String configuration = render(folders, seat);
            Path file = Files.writeString(Files.createDirectories(out).resolve(seat.id() + ".yaml"), configuration);
            System.out.println("wrote " + file);
            System.out.println("  " + ports());
            System.out.println("  reads " + folders.certificates() + ", " + folders.live() + "; writes "
                    + folders.log(seat.id() + ".calls") + "; takes commands at " + folders.admin(seat.id()));
            return 0;
        } catch (ConfigurationFault fault) {
            fault.mistakes().forEach(mistake -> System.err.println("error: " + mistake));
            return MISUSED;
        } catch (IllegalArgumentException fault) {
            System.err.println("error: " + fault.getMessage());
            return MISUSED;
        } catch (IOException failure) {
            System.err.println("error: " + out + " cannot be written: " + failure);
            return FAILED;
        }
    }

    private String render(Folders folders, Seat seat) {
        Policy read = policy == null ? MeshUp.shippedPolicy() : PolicyFile.read(policy);
        Configurations configurations = new Configurations(read, folders, Optional.ofNullable(collector));
        return isEdge()
                ? configurations.edge(new EdgePorts(grpcPort, httpPort), seat)
                : configurations.sidecar(place(), seat);
    }

    private boolean isEdge() {
        return service.equals(Policy.EDGE);
    }

    private Instance place() {
        return new Instance(service, 1, firstPort);
    }

    private String id() {
        String id = instance == null ? (isEdge() ? Policy.EDGE : place().id()) : instance;
        if (!id.matches(ID)) {
            throw new IllegalArgumentException(
                    "--instance: " + id + " (expected: a name of letters, digits, dots and hyphens)");
        }
        return id;
    }

    private String ports() {
        if (isEdge()) {
            return "gRPC " + listen + ":" + grpcPort + ", HTTP " + listen + ":" + httpPort;
        }
        Instance place = place();
        String ports = "service 127.0.0.1:" + place.servicePort() + ", sidecar in " + listen + ":" + place.ingressPort()
                + ", out 127.0.0.1:" + place.egressPort();
        return place.hasHttp()
                ? ports + ", HTTP 127.0.0.1:" + place.httpPort() + ", in " + listen + ":" + place.httpIngressPort()
                : ports;
    }
}
