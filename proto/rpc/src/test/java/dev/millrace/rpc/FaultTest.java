package dev.millrace.rpc;

import com.google.rpc.ErrorInfo;
import com.google.rpc.QuotaFailure;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class FaultTest {
    @Test
    void comesBackAsItWasSent() {
        Fault sent = Fault.of(Status.Code.RESOURCE_EXHAUSTED, "billing", "BUDGET_EXHAUSTED", "the budget is spent")
                .with("budget", "25.00 USD")
                .with(QuotaFailure.newBuilder()
                        .addViolations(QuotaFailure.Violation.newBuilder().setSubject("daily"))
                        .build())
                .retryAfter(Duration.ofMillis(1_500))
                .forbidRetry();

        Fault received = Fault.of(sent.toException());

        assertThat(received).isEqualTo(sent);
        assertThat(received.domain()).isEqualTo("billing.millrace.dev");
        assertThat(received.detail(QuotaFailure.class)
                        .orElseThrow()
                        .getViolations(0)
                        .getSubject())
                .isEqualTo("daily");
    }

    @Test
    void carriesExactlyOneErrorInfo() {
        StatusRuntimeException exception = Fault.of(Status.Code.NOT_FOUND, "gateway", "MODEL_UNKNOWN", "no such model")
                .toException();

        long infos = StatusProto.fromThrowable(exception).getDetailsList().stream()
                .filter(detail -> detail.is(ErrorInfo.class))
                .count();

        assertThat(infos).isEqualTo(1);
        assertThat(exception.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(exception.getStatus().getDescription()).isEqualTo("no such model");
    }

    @Test
    void isFoundBehindOtherExceptions() {
        StatusRuntimeException sent = Fault.of(Status.Code.ABORTED, "local-inference", "ENGINE_FAILED", "it broke")
                .toException();

        assertThat(Fault.of(new ExecutionException(sent)).is("ENGINE_FAILED")).isTrue();
    }

    @Test
    void tellsNothingOfAnExceptionThatIsNoStatus() {
        Fault fault = Fault.of(new IllegalStateException("the prompt was: secret"));

        assertThat(fault.code()).isEqualTo(Status.Code.INTERNAL);
        assertThat(fault.toString()).doesNotContain("secret");
    }

    @Test
    void cannotBeMadeOfSuccess() {
        assertThatThrownBy(() -> Fault.of(Status.Code.OK, "billing", "FINE", "fine"))
                .hasMessage("code: OK (expected: a failure)");
    }

    @ParameterizedTest
    @CsvSource({
        "UNAVAILABLE, io exception, BACKEND_UNREACHABLE",
        "UNAVAILABLE, upstream connect error or disconnect/reset before headers, BACKEND_UNREACHABLE",
        "INTERNAL, RST_STREAM closed stream. HTTP/2 error code: INTERNAL_ERROR, BACKEND_LOST",
        "CANCELLED, RST_STREAM closed stream. HTTP/2 error code: CANCEL, BACKEND_LOST",
        "CANCELLED, seen enough, CALL_CANCELLED",
        "DEADLINE_EXCEEDED, CallOptions deadline exceeded after 0.2 s, HOP_DEADLINE_EXCEEDED",
        "RESOURCE_EXHAUSTED, gRPC message exceeds maximum size 16777216: 20000000, REQUEST_TOO_LARGE",
        "RESOURCE_EXHAUSTED, no more streams, CAPACITY_EXHAUSTED",
        "UNIMPLEMENTED, Method not found: a.b/C, NOT_YET_SERVED",
        "PERMISSION_DENIED, RBAC: access denied, PEER_FORBIDDEN",
        "INTERNAL, something else, UNEXPECTED",
        "UNKNOWN, Application error processing RPC, UNEXPECTED"
    })
    void namesStatusesThatCarryNoReason(Status.Code code, String description, TransportReason reason) {
        Fault fault = Fault.of(code.toStatus().withDescription(description).asRuntimeException());

        assertThat(fault.reason()).isEqualTo(reason.name());
        assertThat(fault.domain()).isEqualTo("rpc.millrace.dev");
        assertThat(fault.code()).isEqualTo(code);
    }
}
