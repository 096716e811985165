package dev.millrace.mesh.command;

import dev.millrace.mesh.Instance;
import dev.millrace.mesh.envoy.EdgePorts;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where a rendered sidecar, or the outer door, listens; what Envoy would refuse is refused here. */
final class ListenOptions {
    private static final int PORT_MAX = 65_535;
    private static final int FIRST_PORT = 7510;
    private static final EdgePorts EDGE = new EdgePorts(9090, 8080);

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "the IP address where others reach it, such as 0.0.0.0 (default: 127.0.0.1)")
    private String listen = "127.0.0.1";

    @Option(
            names = "--first-port",
            paramLabel = "N",
            description = "of the service; the sidecar has the next two, a gateway's HTTP door and its sidecar two more"
                    + " (default: 7510)")
    private @Nullable Integer firstPort;

    @Option(names = "--grpc-port", paramLabel = "N", description = "of the outer door (default: 9090)")
    private @Nullable Integer grpcPort;

    @Option(names = "--http-port", paramLabel = "N", description = "of the outer door (default: 8080)")
    private @Nullable Integer httpPort;

    String address() {
        if (!isAddress(listen)) {
            throw new IllegalArgumentException(
                    "--listen: " + listen + " (expected: an IP address, such as 0.0.0.0 or ::)");
        }
        return listen;
    }

    /** Neither a name nor one of the shorter forms, none of which Envoy takes. */
    private static boolean isAddress(String text) {
        if (!text.matches("[0-9a-fA-F:.]+")) {
            return false;
        }
        try {
            InetAddress read = InetAddress.ofLiteral(text);
            return read instanceof Inet6Address || read.getHostAddress().equals(text);
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    Instance place(String service) {
        refuse("--grpc-port", grpcPort, "for --service edge; a sidecar's ports follow from --first-port");
        refuse("--http-port", httpPort, "for --service edge; a sidecar's ports follow from --first-port");
        Instance place = new Instance(service, 1, firstPort == null ? FIRST_PORT : firstPort);
        int last = Collections.max(place.ports()) - place.firstPort();
        require("--first-port", place.firstPort(), PORT_MAX - last);
        return place;
    }

    EdgePorts edge() {
        refuse("--first-port", firstPort, "for a sidecar; the outer door has --grpc-port and --http-port");
        EdgePorts ports =
                new EdgePorts(grpcPort == null ? EDGE.grpc() : grpcPort, httpPort == null ? EDGE.http() : httpPort);
        require("--grpc-port", ports.grpc(), PORT_MAX);
        require("--http-port", ports.http(), PORT_MAX);
        if (ports.grpc() == ports.http()) {
            throw new IllegalArgumentException(
                    "--http-port: " + ports.http() + " is --grpc-port as well (expected: another one)");
        }
        return ports;
    }

    private static void refuse(String option, @Nullable Integer given, String meant) {
        if (given != null) {
            throw new IllegalArgumentException(option + " is " + meant);
        }
    }

    private static void require(String option, int port, int max) {
        if (port < 1 || port > max) {
            throw new IllegalArgumentException(option + ": " + port + " (expected: 1 to " + max + ")");
        }
    }

    String told(EdgePorts ports) {
        return "gRPC " + at(ports.grpc()) + ", HTTP " + at(ports.http());
    }

    String told(Instance place) {
        String ports = "service 127.0.0.1:" + place.servicePort() + ", sidecar in " + at(place.ingressPort())
                + ", out 127.0.0.1:" + place.egressPort();
        return place.hasHttp()
                ? ports + ", HTTP 127.0.0.1:" + place.httpPort() + ", in " + at(place.httpIngressPort())
                : ports;
    }

    private String at(int port) {
        return (listen.contains(":") ? "[" + listen + "]" : listen) + ":" + port;
    }
}
