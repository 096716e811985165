package dev.millrace.gateway.grpc;

import dev.millrace.gateway.fakes.FakeBackend;
import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.billing.v1.SettleUsageRequest;
import dev.millrace.schema.billing.v1.TurnEnd;
import dev.millrace.schema.gateway.v1.CreateCompletionRequest;
import dev.millrace.schema.gateway.v1.CreateCompletionResponse;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static dev.millrace.gateway.fakes.GatewayFixture.prompt;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** Whole answers whose callers do not read them. */
final class UntakenAnswersTest {
    private static final String MODEL = "deepseek-v3.2";
    /** Each of 1,000 characters: more than the windows and the sockets' buffers hold. */
    private static final int PIECES = 4_000;

    private static final long ROOM_FOR_TWO = 10 << 20;

    private final GatewayFixture gateway = withRoomForTwo();

    private static GatewayFixture withRoomForTwo() {
        GatewayFixture.Limited limits = new GatewayFixture.Limited();
        limits.heldBytesMax = ROOM_FOR_TWO;
        return GatewayFixture.tcp(limits.limits(), Duration.ofSeconds(3));
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void theyKeepTheirRoomUntilTheyAreCutOffAndAreChargedOnce() throws Exception {
        gateway.cloud.script(MODEL, FakeBackend.flood(PIECES));
        Untaken one = new Untaken(gateway);
        Untaken two = new Untaken(gateway);
        SettleUsageRequest first = gateway.billing.nextSettled();
        SettleUsageRequest second = gateway.billing.nextSettled();

        Fault third = Fault.of(catchThrowableOfType(StatusRuntimeException.class, this::whole));

        assertThat(third.reason()).isEqualTo("CAPACITY_EXHAUSTED");
        assertThat(gateway.billing.nextSettled().getEnd()).isEqualTo(TurnEnd.TURN_END_REJECTED);
        for (SettleUsageRequest untaken : List.of(first, second)) {
            assertThat(untaken.getEnd()).isEqualTo(TurnEnd.TURN_END_COMPLETED);
            assertThat(untaken.getUsage().getOutputTokens()).isEqualTo(PIECES);
        }
        await().atMost(Duration.ofSeconds(30)).until(this::hasRoomAgain);
        for (Untaken cut : List.of(one, two)) {
            cut.call.request(2);
            assertThat(cut.end.get(20, SECONDS).getCode()).isEqualTo(Status.Code.CANCELLED);
        }
        assertThat(gateway.billing.settled())
                .filteredOn(settled -> settled.getEnd() == TurnEnd.TURN_END_COMPLETED)
                .singleElement()
                .extracting(SettleUsageRequest::getTurnId)
                .isNotIn(first.getTurnId(), second.getTurnId());
    }

    private boolean hasRoomAgain() {
        try {
            return whole().getChoices(0).getMessage().getParts(0).getText().length() == PIECES * 1_000;
        } catch (StatusRuntimeException refused) {
            return false;
        }
    }

    private CreateCompletionResponse whole() {
        return gateway.stub().createCompletion(request());
    }

    private static CreateCompletionRequest request() {
        return CreateCompletionRequest.newBuilder().setCompletion(prompt(MODEL)).build();
    }

    /** Asks, and takes nothing. */
    private static final class Untaken extends ClientCall.Listener<CreateCompletionResponse> {
        private final CompletableFuture<Status> end = new CompletableFuture<>();
        private final ClientCall<CreateCompletionRequest, CreateCompletionResponse> call;

        Untaken(GatewayFixture gateway) {
            call = gateway.channel.newCall(GatewayServiceGrpc.getCreateCompletionMethod(), CallOptions.DEFAULT);
            call.start(this, new Metadata());
            call.sendMessage(request());
            call.halfClose();
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            end.complete(status);
        }
    }
}
