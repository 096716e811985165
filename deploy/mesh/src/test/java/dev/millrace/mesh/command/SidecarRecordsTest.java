package dev.millrace.mesh.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

final class SidecarRecordsTest {
    @TempDir
    Path home;

    private Path logs;

    @BeforeEach
    void makeFolder() throws IOException {
        logs = Files.createDirectories(home.resolve("logs"));
    }

    @Test
    void followsATurnThroughAllDoorsAndThroughARecordThatWasMovedAside() throws IOException {
        Files.writeString(logs.resolve("edge.calls.log"), line("edge-http", "", "mine", "00.100"));
        Files.writeString(logs.resolve("gateway-1.calls.log.1"), line("egress", "turn-1", "mine", "00.200"));
        Files.writeString(
                logs.resolve("billing-1.calls.log"),
                line("ingress", "turn-1", "", "00.300") + line("ingress", "turn-2", "other", "00.150"));

        assertThat(SidecarRecords.of(home, "turn-1"))
                .hasSize(3)
                .satisfiesExactly(
                        first -> assertThat(first).contains("+0 ms"),
                        second -> assertThat(second).contains("+100 ms"),
                        third -> assertThat(third).contains("+200 ms"));
        assertThat(SidecarRecords.of(home, "mine")).hasSize(3);
        assertThat(SidecarRecords.of(home, "nobody")).isEmpty();
    }

    /** As {@code chat} shows it. */
    @Test
    void followsATurnThatIsNamedByItsBeginning() throws IOException {
        Files.writeString(
                logs.resolve("gateway-1.calls.log"),
                line("ingress", "0197c2e4-0a1b-7001-8000-000000000001", "mine", "00.100")
                        + line("egress", "0197c2e4-0a1b-7001-8000-000000000001", "", "00.200")
                        + line("egress", "0197c2e4-0a1b-7002-8000-000000000001", "", "00.300"));

        assertThat(SidecarRecords.of(home, "0197c2e4-0a1b-7001")).hasSize(2);
        assertThat(SidecarRecords.of(home, "0197c2e4-0a1b-7003")).isEmpty();
    }

    private static String line(String listener, String turn, String request, String second) {
        return ("{\"attempts\":1,\"answered_id\":null,\"flags\":\"-\",\"grpc_status\":\"OK\",\"listener\":\"%s\",\"millis\":5,"
                        + "\"path\":\"/millrace.billing.v1.BillingService/RecordAttempt\",\"peer\":\"billing\","
                        + "\"request_id\":\"%s\",\"start\":\"2026-11-21T07:04:%sZ\",\"status\":200,\"turn\":\"%s\","
                        + "\"upstream\":\"127.0.0.1:7511\"}\n")
                .formatted(listener, request, second, turn);
    }
}
