package dev.millrace.mesh.command;

import dev.millrace.mesh.fleet.ProcessState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class ProcessTableTest {
    @Test
    void columnsStayInLineWhereAHealthIsLong() {
        ProcessState ended = new ProcessState(
                "billing-1",
                "ended (exit status 137, killed by signal 9), starts again",
                Duration.ofSeconds(7),
                1,
                "service 7510",
                "41 42");
        ProcessState passing =
                new ProcessState("gateway-1", "passing", Duration.ofSeconds(9), 0, "service 7520", "51 52");

        List<String> rows = MeshUp.table(List.of(ended, passing));

        assertThat(rows.getFirst()).contains("PID (SERVICE SIDECAR)");
        assertThat(rows)
                .hasSize(3)
                .allSatisfy(row -> assertThat(row.charAt(rows.getFirst().indexOf("PID ") - 1))
                        .isEqualTo(' '));
        assertThat(rows.get(1).indexOf("service")).isEqualTo(rows.getFirst().indexOf("PORTS"));
        assertThat(rows.get(2).indexOf("service")).isEqualTo(rows.getFirst().indexOf("PORTS"));
    }
}
