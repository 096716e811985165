package dev.millrace.gateway.flow;

import dev.millrace.gateway.auth.OpenCallers;
import dev.millrace.gateway.fakes.FakeBackend;
import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.billing.v1.SettleUsageRequest;
import dev.millrace.schema.billing.v1.TurnEnd;
import dev.millrace.schema.gateway.v1.CreateCompletionRequest;
import dev.millrace.schema.gateway.v1.CreateCompletionResponse;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static dev.millrace.gateway.fakes.GatewayFixture.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Answers that are held until they are whole share a room. */
final class HeldAnswersTest {
    private static final String MODEL = "deepseek-v3.2";
    /** Each of 1,000 characters. */
    private static final int PIECES = 40;

    private final GatewayFixture gateway = withRoom(20_000);

    private static GatewayFixture withRoom(long bytes) {
        GatewayFixture.Limited limits = new GatewayFixture.Limited();
        limits.heldBytesMax = bytes;
        return GatewayFixture.with(limits.limits(), new OpenCallers());
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void oneForWhichNoneIsLeftFailsAndCostsNothingAndLeavesItsRoomToTheNext() throws Exception {
        gateway.cloud.script(MODEL, FakeBackend.flood(PIECES), FakeBackend.answer("short"));

        Fault fault = Fault.of(catchThrowableOfType(StatusRuntimeException.class, this::whole));

        assertThat(fault.reason()).isEqualTo("CAPACITY_EXHAUSTED");
        assertThat(fault.retryDelay()).contains(Duration.ofSeconds(1));
        assertThat(fault.message()).contains(MODEL, "Ask for a stream");
        SettleUsageRequest settled = gateway.billing.nextSettled();
        assertThat(settled.getEnd()).isEqualTo(TurnEnd.TURN_END_REJECTED);
        assertThat(settled.hasUsage()).isFalse();
        for (int call = 0; call < 30; call++) {
            assertThat(whole().getChoices(0).getMessage().getParts(0).getText()).isEqualTo("short");
        }
    }

    @Test
    void aStreamTakesNone() {
        gateway.cloud.script(MODEL, FakeBackend.flood(PIECES));

        assertThat(GatewayFixture.text(gateway.ask(prompt(MODEL).build()))).hasSize(PIECES * 1_000);
    }

    private CreateCompletionResponse whole() {
        return gateway.stub()
                .createCompletion(CreateCompletionRequest.newBuilder()
                        .setCompletion(prompt(MODEL))
                        .build());
    }
}
