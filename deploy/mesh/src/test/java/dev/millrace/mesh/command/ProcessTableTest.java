package dev.millrace.mesh.command;

import dev.millrace.mesh.fleet.ProcessState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class ProcessTableTest {
    private static final String GATEWAYS_PORTS = "service 22110, sidecar in 22111 out 22112, http 22113";

    @Test
    void healthyOnesFitATerminal() {
        List<String> rows = MeshUp.table(List.of(
                state("consul-template", "running", 0, "", "1048570"),
                state("collector", "running", 0, "otlp 22004, metrics 22005", "1048571"),
                state("edge", "running", 0, "grpc 9090, http 8080", "1048572"),
                state(
                        "local-inference-1",
                        "passing",
                        0,
                        "service 22100, sidecar in 22101 out 22102",
                        "1048573 1048574"),
                state("gateway-1", "passing", 0, GATEWAYS_PORTS, "1048575 1048576")));

        assertThat(rows).allSatisfy(row -> assertThat(row).hasSizeLessThanOrEqualTo(80));
        assertThat(rows.getFirst().split(" {2,}"))
                .containsExactly("INSTANCE", "AGE", "PID SIDECAR", "PORT IN OUT HTTP", "HEALTH");
        assertThat(rows.get(2).split(" {2,}"))
                .containsExactly("collector", "119 min", "1048571", "otlp 22004 metrics 22005", "running");
        assertThat(rows.getLast().split(" {2,}"))
                .containsExactly("gateway-1", "119 min", "1048575 1048576", "22110 22111 22112 22113", "passing");
    }

    @Test
    void columnsStayInLineWhereAHealthIsLong() {
        String killed = "ended (exit status 137, killed by signal 9), starts again";

        List<String> rows = MeshUp.table(List.of(
                state("billing-1", killed, 1, "service 7510, sidecar in 7511 out 7512", "41 42"),
                state("gateway-1", "passing", 2, GATEWAYS_PORTS, "51 52")));

        int health = rows.getFirst().indexOf("HEALTH");
        assertThat(rows.get(1).substring(health)).isEqualTo(killed + ", restarted 1 time");
        assertThat(rows.get(2).substring(health)).isEqualTo("passing, restarted 2 times");
        assertThat(health).isLessThan(80);
    }

    private static ProcessState state(String name, String health, int restarts, String ports, String pids) {
        return new ProcessState(name, health, Duration.ofMinutes(119), restarts, ports, pids);
    }
}
