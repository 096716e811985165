package dev.millrace.standalone;

import dev.millrace.mesh.command.MeshUp;
import dev.millrace.mesh.fleet.CollectorPlace;
import dev.millrace.mesh.fleet.MeshPlan;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.policy.PolicyFile;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.ServiceSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code up} that start a process for each service, with sidecars and a registry. */
final class MeshOptions {
    private static final int PORT_BASE = 7500;
    /** Two of each where one may fail; one node of engines; billing as its ledger allows. */
    private static final Map<String, Integer> COUNTS =
            Map.of("classifier", 2, "local-inference", 1, "cloud-relay", 2, "gateway", 2);

    @Option(
            names = "--mesh",
            description =
                    "each service in processes of its own, an Envoy beside each, with Consul, PostgreSQL and a collector")
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
    private @Nullable Integer portBase;

    @Option(
            names = "--ledger",
            paramLabel = "KIND",
            description = "with --mesh: postgresql, in the home and under two instances of billing, or file, under one"
                    + " (default: postgresql; a database of your own is named by billing.ledger.url)")
    private @Nullable String ledger;

    @Option(
            names = "--no-collector",
            description = "with --mesh: no OpenTelemetry collector; one of your own is named by"
                    + " OTEL_EXPORTER_OTLP_ENDPOINT, and then none is started either")
    private boolean noCollector;

    /**
     * Whether there is to be a mesh.
     *
     * @throws ConfigurationFault when there is none and yet something is said of it
     */
    boolean wanted() {
        if (!mesh) {
            refuse("--policy", policy != null);
            refuse("--port-base", portBase != null);
            refuse("--ledger", ledger != null);
            refuse("--no-collector", noCollector);
        }
        return mesh;
    }

    private static void refuse(String option, boolean given) {
        if (given) {
            throw new ConfigurationFault(List.of(option + ": without --mesh (expected: up --mesh " + option + " …)"));
        }
    }

    MeshPlan plan(PlacementOptions placement) {
        ServiceSettings settings = placement.meshSettings();
        MeshLedger chosen = MeshLedger.of(Optional.ofNullable(ledger), settings, System.getenv(), placement::typed);
        Map<String, Integer> counts = new HashMap<>(COUNTS);
        counts.put("billing", chosen.kind().isShared() ? 2 : 1);
        Policy read = policy == null ? MeshUp.shippedPolicy() : PolicyFile.read(policy);
        return new MeshPlan(
                settings,
                read,
                Optional.ofNullable(policy),
                counts,
                chosen.kind(),
                chosen.place(),
                chosen.notes(),
                placement.grpcPort(),
                placement.httpPort(),
                portBase == null ? PORT_BASE : portBase,
                collector());
    }

    /** The operator's own by the variable that the services read for themselves. */
    private CollectorPlace collector() {
        Optional<URI> own = Optional.ofNullable(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))
                .filter(address -> !address.isBlank())
                .map(address -> URI.create(address.strip()));
        if (own.isPresent()) {
            return new CollectorPlace.Elsewhere(own.get());
        }
        return noCollector ? new CollectorPlace.Nowhere() : new CollectorPlace.OfTheMesh();
    }
}
