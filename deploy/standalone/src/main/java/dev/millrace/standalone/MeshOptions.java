package dev.millrace.standalone;

import dev.millrace.mesh.command.MeshUp;
import dev.millrace.mesh.fleet.MeshPlan;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.policy.PolicyFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code up} that start a process for each service, with sidecars and a registry. */
final class MeshOptions {
    private static final int PORT_BASE = 7500;
    /** Two of each where one may fail; one node of engines; one ledger, whose file one process may hold. */
    private static final Map<String, Integer> COUNTS =
            Map.of("billing", 1, "classifier", 2, "local-inference", 1, "cloud-relay", 2, "gateway", 2);

    @Option(
            names = "--mesh",
            description = "each service in processes of its own, with Consul and an Envoy beside each")
    private boolean mesh;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "with --mesh: what the sidecars do (default: the policy.yaml that ships)")
    private @Nullable Path policy;

    @Option(
            names = "--port-base",
            paramLabel = "N",
            description = "with --mesh: the first of the ports inside it (default: 7500)")
    private int portBase = PORT_BASE;

    boolean wanted() {
        return mesh;
    }

    MeshPlan plan(PlacementOptions placement) {
        Policy read = policy == null ? MeshUp.shippedPolicy() : PolicyFile.read(policy);
        return new MeshPlan(
                placement.meshSettings(),
                read,
                COUNTS,
                placement.grpcPort(),
                placement.httpPort(),
                portBase,
                collector());
    }

    /** The same variable that the services read for themselves. */
    private static Optional<URI> collector() {
        return Optional.ofNullable(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))
                .filter(address -> !address.isBlank())
                .map(address -> URI.create(address.strip()));
    }
}
