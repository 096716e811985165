package dev.millrace.gateway.http;

import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.Reason.Payer;
import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.auth.OpenCallers;
import dev.millrace.gateway.fakes.FakeBackend;
import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.gateway.fakes.TurnRequests;
import dev.millrace.gateway.grpc.GatewayGrpcService;
import dev.millrace.gateway.grpc.KeyHeader;
import dev.millrace.rpc.Channels;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.schema.billing.v1.SettleUsageRequest;
import dev.millrace.schema.billing.v1.TurnEnd;
import dev.millrace.schema.gateway.v1.GatewayErrorReason;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.TurnFailure;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.millrace.gateway.fakes.GatewayFixture.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * The error table, written out: how each reason leaves by either door, before and behind the first token, and by what end
 * billing knows who pays for it.
 */
final class ErrorTableTest {
    private static final String TABLE = """
            REASON,                 GRPC,                HTTP, OPENAI TYPE,           OPENAI CODE,             X-SHOULD-RETRY, PUSHBACK, PAYS,             END
            PROMPT_EMPTY,           INVALID_ARGUMENT,    400,  invalid_request_error, prompt_empty,            false,          ,         NOBODY,           REJECTED
            REQUEST_TOO_LARGE,      INVALID_ARGUMENT,    413,  invalid_request_error, request_too_large,       false,          ,         NOBODY,           REJECTED
            FIELD_INVALID,          INVALID_ARGUMENT,    400,  invalid_request_error, invalid_value,           false,          ,         NOBODY,           REJECTED
            CONTEXT_TOO_LONG,       INVALID_ARGUMENT,    400,  invalid_request_error, context_length_exceeded, false,          ,         OPERATOR,         UPSTREAM_FAILED
            REQUEST_REJECTED,       INVALID_ARGUMENT,    400,  invalid_request_error, request_rejected,        false,          ,         OPERATOR,         UPSTREAM_FAILED
            CONTENT_FILTERED,       INVALID_ARGUMENT,    400,  invalid_request_error, content_filter,          false,          ,         OPERATOR,         UPSTREAM_FAILED
            MODEL_UNKNOWN,          NOT_FOUND,           404,  invalid_request_error, model_not_found,         false,          ,         NOBODY,           REJECTED
            KEY_INVALID,            UNAUTHENTICATED,     401,  authentication_error,  invalid_api_key,         false,          ,         NOBODY,           REJECTED
            KEY_FORBIDDEN,          PERMISSION_DENIED,   403,  permission_error,      key_forbidden,           false,          ,         NOBODY,           REJECTED
            ORIGIN_FORBIDDEN,       PERMISSION_DENIED,   403,  permission_error,      origin_forbidden,        false,          ,         NOBODY,           REJECTED
            BUDGET_EXHAUSTED,       RESOURCE_EXHAUSTED,  429,  insufficient_quota,    insufficient_quota,      false,          -1,       NOBODY,           REJECTED
            BILLING_UNAVAILABLE,    FAILED_PRECONDITION, 503,  api_error,             billing_unavailable,     true,           ,         NOBODY,           REJECTED
            PRICE_UNKNOWN,          FAILED_PRECONDITION, 400,  invalid_request_error, price_unknown,           false,          ,         NOBODY,           REJECTED
            COST_LIMIT_EXCEEDED,    FAILED_PRECONDITION, 400,  invalid_request_error, cost_limit_exceeded,     false,          ,         NOBODY,           REJECTED
            CAPABILITY_UNSUPPORTED, FAILED_PRECONDITION, 400,  invalid_request_error, capability_unsupported,  false,          ,         NOBODY,           REJECTED
            CAPACITY_EXHAUSTED,     RESOURCE_EXHAUSTED,  503,  api_error,             capacity_exhausted,      true,           -1,       NOBODY,           REJECTED
            STREAM_INTERRUPTED,     ABORTED,             502,  api_error,             stream_interrupted,      false,          ,         OPERATOR,         INTERRUPTED
            LOCAL_ROUTE_REQUIRED,   FAILED_PRECONDITION, 403,  permission_error,      local_route_required,    false,          ,         NOBODY,           REJECTED
            NO_BACKEND_ANSWERED,    ABORTED,             502,  api_error,             no_backend_answered,     true,           ,         OPERATOR,         UPSTREAM_FAILED
            HOP_DEADLINE_EXCEEDED,  DEADLINE_EXCEEDED,   504,  api_error,             deadline_exceeded,       false,          ,         CALLER_DELIVERED, DEADLINE
            TURN_UNKNOWN,           NOT_FOUND,           404,  invalid_request_error, turn_not_found,          false,          ,         NOBODY,           REJECTED
            METHOD_NOT_OFFERED,     UNIMPLEMENTED,       501,  invalid_request_error, method_not_offered,      false,          ,         NOBODY,           REJECTED
            NOT_YET_SERVED,         UNIMPLEMENTED,       501,  invalid_request_error, not_yet_served,          false,          ,         NOBODY,           REJECTED
            CALLER_CANCELLED,       CANCELLED,           499,  api_error,             caller_cancelled,        false,          ,         CALLER_DELIVERED, CLIENT_CANCELLED
            READER_STALLED,         CANCELLED,           499,  api_error,             reader_stalled,          false,          ,         CALLER_DELIVERED, READER_STALLED
            PEER_UNAVAILABLE,       UNAVAILABLE,         503,  api_error,             peer_unavailable,        true,           ,         NOBODY,           REJECTED
            DRAINING,               UNAVAILABLE,         503,  api_error,             draining,                true,           ,         NOBODY,           REJECTED
            INTERNAL,               INTERNAL,            500,  api_error,             internal_error,          false,          ,         OPERATOR,         UPSTREAM_FAILED
            """;

    private static final String MODEL = "deepseek-v3.2";
    private static final String ASK = "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String MESSAGE = "it \"broke\"";
    private static final Duration LATER = Duration.ofMillis(1500);

    private static Door door = Door.CLOSED;
    private static GatewayFixture gateway = GatewayFixture.inProcess();

    @SuppressWarnings("NullAway.Init") // opened before any test
    private static GrpcServer grpc;

    @SuppressWarnings("NullAway.Init") // opened before any test
    private static ManagedChannel channel;

    @BeforeAll
    static void open() {
        door = Door.open();
        grpc = GrpcServer.builder("gateway")
                .listen("tcp://127.0.0.1:0")
                .publicDoor(Duration.ofSeconds(30))
                .intercept(new KeyHeader())
                .service(new GatewayGrpcService(
                        new OpenCallers(), door.turns(), door.models(), door.models(), Duration.ofSeconds(30)))
                .start();
        channel = Channels.open(grpc.addresses().getFirst().toString());
        gateway.classifier.score(0.8);
    }

    @AfterAll
    static void close() {
        channel.shutdownNow();
        grpc.close();
        door.close();
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource(textBlock = TABLE, useHeadersInDisplayName = true)
    void everyReasonLeavesByBothDoorsAsItsRowSaysAndBillingIsToldWhoPays(
            Reason reason,
            Code code,
            int status,
            String type,
            String openAiCode,
            boolean shouldRetry,
            @Nullable String pushback,
            Payer payer,
            String end)
            throws Exception {
        Row row = new Row(reason, status, type, openAiCode, shouldRetry);

        aRefusalOverHttp(row);
        aCutStreamOverHttp(row);
        aFaultOverGrpc(reason, code, Optional.ofNullable(pushback));
        whatBillingIsTold(reason, payer, TurnEnd.valueOf("TURN_END_" + end));
    }

    private static void aRefusalOverHttp(Row row) throws Exception {
        HttpResponse<String> now = refused(row.reason, Optional.empty());
        HttpResponse<String> later = refused(row.reason, Optional.of(LATER));

        assertThat(now.statusCode()).isEqualTo(row.status);
        assertThat(now.headers().firstValue("x-should-retry")).hasValue(Boolean.toString(row.shouldRetry));
        assertThat(now.headers().map()).doesNotContainKeys("retry-after", "retry-after-ms");
        assertThat(now.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(now.headers().firstValue("x-request-id")).hasValue("abc");
        assertThat(now.headers().firstValue("x-millrace-unreached").isPresent())
                .isEqualTo(row.reason == Reason.DRAINING);
        assertThat(now.body()).startsWith(row.object()).contains(row.own());
        assertThat(later.statusCode()).isEqualTo(row.status);
        assertThat(later.headers().firstValue("x-should-retry")).hasValue(Boolean.toString(row.shouldRetry));
        assertThat(later.headers().firstValue("retry-after-ms")).hasValue("1500");
        assertThat(later.headers().firstValue("retry-after")).hasValue("2");
    }

    private static HttpResponse<String> refused(Reason reason, Optional<Duration> retryAfter) throws Exception {
        door.turns().play((request, sink) -> {
            sink.take(Events.decided());
            throw fault(reason, retryAfter);
        });
        return door.post(Door.CHAT, ASK, "x-client-request-id", "abc");
    }

    private static void aCutStreamOverHttp(Row row) throws Exception {
        door.turns().play((request, sink) -> {
            sink.take(Events.decided());
            sink.take(Events.text("half an ans"));
            throw fault(row.reason, Optional.empty());
        });

        HttpResponse<String> answer = door.post(Door.CHAT, ASK, "x-client-request-id", "abc");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\n\nevent: error\ndata: " + row.object(), row.own())
                .endsWith("\n\ndata: [DONE]\n\n");
    }

    private static void aFaultOverGrpc(Reason reason, Code code, Optional<String> pushback) throws Exception {
        for (Optional<Duration> retryAfter : List.of(Optional.<Duration>empty(), Optional.of(LATER))) {
            door.turns().play((request, sink) -> {
                sink.take(Events.decided());
                throw fault(reason, retryAfter);
            });

            StatusRuntimeException failure = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> GatewayServiceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(20, TimeUnit.SECONDS)
                            .streamCompletion(prompt())
                            .forEachRemaining(event -> {}));

            Fault told = Fault.of(failure);
            assertThat(told.code()).isEqualTo(code);
            assertThat(told.domain()).isEqualTo("gateway.millrace.dev");
            assertThat(told.reason()).isEqualTo(reason.name());
            assertThat(told.message()).isEqualTo(MESSAGE);
            assertThat(told.metadata()).containsEntry("field", "x");
            assertThat(told.detail(TurnFailure.class).orElseThrow().getTurnId()).isEqualTo("turn");
            assertThat(told.detail(BadRequest.class).isPresent()).isEqualTo(reason == Reason.FIELD_INVALID);
            assertThat(told.retryDelay()).isEqualTo(retryAfter);
            assertThat(StatusProto.fromThrowable(failure).getDetailsList().stream()
                            .filter(detail -> detail.is(RetryInfo.class)))
                    .hasSize(retryAfter.isPresent() ? 1 : 0);
            Metadata trailers = Status.trailersFromThrowable(failure);
            assertThat(Optional.ofNullable(trailers.get(MetadataKeys.RETRY_PUSHBACK_MILLIS)))
                    .isEqualTo(pushback);
        }
    }

    /** What each end costs its tenant, billing's own tests say. */
    private static void whatBillingIsTold(Reason reason, Payer payer, TurnEnd end) throws Exception {
        gateway.cloud.script(MODEL, FakeBackend.answer("one ", "two ", "three "));

        TurnFault told = catchThrowableOfType(TurnFault.class, () -> runUntilThirdPiece(reason));

        assertThat(told.reason()).isEqualTo(reason);
        assertThat(reason.payer()).isEqualTo(payer);
        SettleUsageRequest settled = gateway.billing.nextSettled();
        assertThat(settled.getEnd()).isEqualTo(end);
        assertThat(settled.getModel()).isEqualTo(MODEL);
        assertThat(settled.getUsage().getOutputTokens()).isEqualTo(2);
        assertThat(gateway.billing.settled()).isEmpty();
    }

    private static void runUntilThirdPiece(Reason reason) {
        int[] pieces = {0};
        gateway.flow.run(TurnRequests.of(prompt().getMessagesList()).build(), (sequence, attempt, event) -> {
            if (event instanceof TurnEvent.Piece && ++pieces[0] == 3) {
                throw fault(reason, Optional.empty());
            }
        });
    }

    private static TurnFault fault(Reason reason, Optional<Duration> retryAfter) {
        return new TurnFault(
                reason,
                MESSAGE,
                Map.of("field", "x"),
                retryAfter,
                Optional.of(
                        new TurnFault.Failure("turn", List.of(), Optional.empty(), Optional.empty(), 0, List.of())));
    }

    @Test
    void everyReasonHasARowAndEveryRowItsNameOnTheWire() {
        List<String> rows =
                TABLE.lines().skip(1).map(line -> line.split(",", 2)[0].strip()).toList();
        Set<String> wire = Arrays.stream(GatewayErrorReason.values())
                .map(Enum::name)
                .map(name -> name.replace("GATEWAY_ERROR_REASON_", ""))
                .filter(name -> !name.equals("UNSPECIFIED") && !name.equals("UNRECOGNIZED"))
                .collect(Collectors.toSet());

        assertThat(rows)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Reason.values()).map(Enum::name).toList())
                .containsExactlyInAnyOrderElementsOf(wire);
    }

    /** What HTTP shows of a reason. */
    private record Row(Reason reason, int status, String type, String openAiCode, boolean shouldRetry) {

        String object() {
            return "{\"error\":{\"message\":\"it \\\"broke\\\"\",\"type\":\"" + type + "\",\"param\":"
                    + (reason == Reason.MODEL_UNKNOWN ? "\"model\"" : "\"x\"") + ",\"code\":\"" + openAiCode + "\",";
        }

        String own() {
            return "\"reason\":\"" + reason.name() + "\",\"request_id\":\"abc\"";
        }
    }
}
