package dev.millrace.relay.app;

import dev.millrace.rpc.Fault;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Nothing leaves for a provider where the clearance beside a message is not its own. */
final class ClearanceTest extends ProviderFaults {
    @Test
    void clearanceBesideTheMessageMustBeTheSame() throws Exception {
        RawCloud cloud = raw(RawCloud.fixed(STREAM_HEAD, FIRST + FINISH));
        RelayUnderTest relay = relay(cloud.base(), "m", Map.of());
        var stub = InferenceServiceGrpc.newBlockingStub(relay.channel());
        var frames = stub.streamCompletion(Prompts.cleared("m").build());

        assertThatThrownBy(frames::hasNext)
                .satisfies(failure -> assertThat(Fault.of(failure).reason()).isEqualTo("CLEARANCE_REQUIRED"));

        assertThat(cloud.calls()).isZero();
    }
}
