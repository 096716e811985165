package dev.millrace.mesh.command;

import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class CallRecordTest {
    private static final String LINE =
            "{\"attempts\":2,\"answered_id\":null,\"flags\":\"-\",\"grpc_status\":\"OK\",\"listener\":\"egress\","
                    + "\"millis\":5,\"path\":\"/millrace.billing.v1.BillingService/RecordAttempt\",\"peer\":\"billing\","
                    + "\"request_id\":\"mine\",\"start\":\"2026-11-21T07:04:41.785Z\",\"status\":200,"
                    + "\"turn\":\"01a1\",\"upstream\":\"127.0.0.1:17511\"}";

    @Test
    void readsWhatASidecarWrote() {
        CallRecord record = CallRecord.parse("gateway-1", LINE).orElseThrow();

        assertThat(record.has(Set.of("01a1"))).isTrue();
        assertThat(record.has(Set.of("mine"))).isTrue();
        assertThat(record.has(Set.of(""))).isFalse();
        assertThat(record.way()).isEqualTo("gateway-1 -> billing");
        assertThat(record.result()).isEqualTo("OK");
        assertThat(record.attempts()).isEqualTo(2);
    }

    @Test
    void leavesOutALineThatIsNotWhole() {
        assertThat(CallRecord.parse("gateway-1", LINE.substring(0, 60))).isEmpty();
        assertThat(CallRecord.parse("gateway-1", "")).isEmpty();
    }
}
