package dev.millrace.standalone;

import dev.millrace.billing.app.BillingApplication;
import dev.millrace.mesh.Folders;
import dev.millrace.mesh.command.MeshUp;
import dev.millrace.mesh.fleet.LedgerKind;
import dev.millrace.mesh.fleet.MeshPlan;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.policy.PolicyFile;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Contexts;
import dev.millrace.runtime.ServiceSettings;
import java.net.URI;
import java.nio.file.Files;
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
    private static final String LEDGER_URL = "billing.ledger.url";
    private static final String LEDGER_VARIABLE = "BILLING_LEDGER_URL";
    /** Two of each where one may fail; one node of engines; billing as its ledger allows. */
    private static final Map<String, Integer> COUNTS =
            Map.of("classifier", 2, "local-inference", 1, "cloud-relay", 2, "gateway", 2);

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

    @Option(
            names = "--postgresql",
            description = "with --mesh: the ledger in a PostgreSQL of the home, under two instances of billing; a home"
                    + " that has one keeps it")
    private boolean postgresql;

    boolean wanted() {
        return mesh;
    }

    MeshPlan plan(PlacementOptions placement) {
        ServiceSettings settings = placement.meshSettings();
        LedgerKind ledger = ledger(settings);
        Map<String, Integer> counts = new HashMap<>(COUNTS);
        counts.put("billing", ledger.isShared() ? 2 : 1);
        Policy read = policy == null ? MeshUp.shippedPolicy() : PolicyFile.read(policy);
        return new MeshPlan(
                settings, read, counts, ledger, placement.grpcPort(), placement.httpPort(), portBase, collector());
    }

    private LedgerKind ledger(ServiceSettings settings) {
        BillingApplication billing = new BillingApplication();
        String named = String.valueOf(Contexts.read(billing.name(), BillingApplication.class, settings)
                        .getOrDefault(LEDGER_URL, ""))
                .strip();
        String url = named.isEmpty() ? System.getenv().getOrDefault(LEDGER_VARIABLE, "") : named;
        boolean ofTheHome = Files.exists(new Folders(settings.home()).databaseData());
        if (!url.isBlank()) {
            if (postgresql || ofTheHome) {
                throw new ConfigurationFault(
                        List.of(LEDGER_URL + ": \"" + url + "\" (expected: nothing, because this mesh"
                                + " has a database of its own; or leave out --postgresql, and move "
                                + new Folders(settings.home()).database() + " away)"));
            }
            return LedgerKind.DATABASE_ELSEWHERE;
        }
        return postgresql || ofTheHome ? LedgerKind.DATABASE_OF_THE_HOME : LedgerKind.FILE;
    }

    /** The same variable that the services read for themselves. */
    private static Optional<URI> collector() {
        return Optional.ofNullable(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))
                .filter(address -> !address.isBlank())
                .map(address -> URI.create(address.strip()));
    }
}
