package dev.millrace.mesh.fleet;

import dev.millrace.mesh.envoy.EdgePorts;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.ServiceSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be started.
 *
 * @param ownPolicy the file of the policy where it is not the one that ships
 * @param counts instances by service
 * @param ledger where the ledger lies
 * @param ledgerPlace the same in words, for the operator
 * @param notes what is said before anything starts
 * @param grpcPort of the outer door; 0: any free one
 * @param httpPort of the outer door; 0: any free one
 * @param portBase the first port of the range for everything inside
 * @param collector who takes traces and metrics
 */
public record MeshPlan(
        ServiceSettings settings,
        Policy policy,
        Optional<Path> ownPolicy,
        Map<String, Integer> counts,
        LedgerKind ledger,
        String ledgerPlace,
        List<String> notes,
        int grpcPort,
        int httpPort,
        int portBase,
        CollectorPlace collector) {
    public MeshPlan {
        if (grpcPort == httpPort && grpcPort != 0) {
            throw new ConfigurationFault(List.of("--grpc-port and --http-port: both " + grpcPort
                    + " (expected: one for each door, or 0: any free one)"));
        }
        Ports.requireRange(portBase, new EdgePorts(grpcPort, httpPort));
        counts = Map.copyOf(counts);
        notes = List.copyOf(notes);
    }
}
