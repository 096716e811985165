package dev.millrace.mesh.fleet;

import dev.millrace.mesh.policy.Policy;
import dev.millrace.runtime.ServiceSettings;
import java.util.Map;

/**
 * What is to be started.
 *
 * @param counts instances by service
 * @param grpcPort of the outer door; 0: any free one
 * @param httpPort of the outer door; 0: any free one
 * @param portBase the first port of the range for everything inside
 */
public record MeshPlan(
        ServiceSettings settings,
        Policy policy,
        Map<String, Integer> counts,
        int grpcPort,
        int httpPort,
        int portBase) {
    public MeshPlan {
        counts = Map.copyOf(counts);
    }
}
