package dev.millrace.mesh.fleet;

import dev.millrace.mesh.policy.Policy;
import dev.millrace.runtime.ServiceSettings;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be started.
 *
 * @param counts instances by service
 * @param ledger where the ledger lies
 * @param ledgerPlace the same in words, for the operator
 * @param notes what is said before anything starts
 * @param grpcPort of the outer door; 0: any free one
 * @param httpPort of the outer door; 0: any free one
 * @param portBase the first port of the range for everything inside
 * @param collector where sidecars send a span for each call, as services do by themselves; empty: nowhere
 */
public record MeshPlan(
        ServiceSettings settings,
        Policy policy,
        Map<String, Integer> counts,
        LedgerKind ledger,
        String ledgerPlace,
        List<String> notes,
        int grpcPort,
        int httpPort,
        int portBase,
        Optional<URI> collector) {
    public MeshPlan {
        counts = Map.copyOf(counts);
        notes = List.copyOf(notes);
    }
}
