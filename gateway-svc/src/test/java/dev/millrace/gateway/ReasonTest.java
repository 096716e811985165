package dev.millrace.gateway;

import dev.millrace.gateway.Reason.Payer;
import dev.millrace.schema.gateway.v1.GatewayErrorReason;
import io.grpc.Status.Code;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

final class ReasonTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            PROMPT_EMPTY,           INVALID_ARGUMENT,    400, invalid_request_error, prompt_empty,            NOBODY
            REQUEST_TOO_LARGE,      INVALID_ARGUMENT,    413, invalid_request_error, request_too_large,       NOBODY
            FIELD_INVALID,          INVALID_ARGUMENT,    400, invalid_request_error, invalid_value,           NOBODY
            CONTEXT_TOO_LONG,       INVALID_ARGUMENT,    400, invalid_request_error, context_length_exceeded, OPERATOR
            REQUEST_REJECTED,       INVALID_ARGUMENT,    400, invalid_request_error, request_rejected,        OPERATOR
            CONTENT_FILTERED,       INVALID_ARGUMENT,    400, invalid_request_error, content_filter,          OPERATOR
            MODEL_UNKNOWN,          NOT_FOUND,           404, invalid_request_error, model_not_found,         NOBODY
            KEY_INVALID,            UNAUTHENTICATED,     401, authentication_error,  invalid_api_key,         NOBODY
            KEY_FORBIDDEN,          PERMISSION_DENIED,   403, permission_error,      key_forbidden,           NOBODY
            ORIGIN_FORBIDDEN,       PERMISSION_DENIED,   403, permission_error,      origin_forbidden,        NOBODY
            BUDGET_EXHAUSTED,       RESOURCE_EXHAUSTED,  429, insufficient_quota,    insufficient_quota,      NOBODY
            BILLING_UNAVAILABLE,    FAILED_PRECONDITION, 503, api_error,             billing_unavailable,     NOBODY
            PRICE_UNKNOWN,          FAILED_PRECONDITION, 400, invalid_request_error, price_unknown,           NOBODY
            COST_LIMIT_EXCEEDED,    FAILED_PRECONDITION, 400, invalid_request_error, cost_limit_exceeded,     NOBODY
            CAPABILITY_UNSUPPORTED, FAILED_PRECONDITION, 400, invalid_request_error, capability_unsupported,  NOBODY
            CAPACITY_EXHAUSTED,     RESOURCE_EXHAUSTED,  503, api_error,             capacity_exhausted,      NOBODY
            STREAM_INTERRUPTED,     ABORTED,             502, api_error,             stream_interrupted,      OPERATOR
            LOCAL_ROUTE_REQUIRED,   FAILED_PRECONDITION, 403, permission_error,      local_route_required,    NOBODY
            NO_BACKEND_ANSWERED,    ABORTED,             502, api_error,             no_backend_answered,     OPERATOR
            HOP_DEADLINE_EXCEEDED,  DEADLINE_EXCEEDED,   504, api_error,             deadline_exceeded,       CALLER_DELIVERED
            TURN_UNKNOWN,           NOT_FOUND,           404, invalid_request_error, turn_not_found,          NOBODY
            METHOD_NOT_OFFERED,     UNIMPLEMENTED,       501, invalid_request_error, method_not_offered,      NOBODY
            NOT_YET_SERVED,         UNIMPLEMENTED,       501, invalid_request_error, not_yet_served,          NOBODY
            CALLER_CANCELLED,       CANCELLED,           499, api_error,             caller_cancelled,        CALLER_DELIVERED
            READER_STALLED,         CANCELLED,           499, api_error,             reader_stalled,          CALLER_DELIVERED
            PEER_UNAVAILABLE,       UNAVAILABLE,         503, api_error,             peer_unavailable,        NOBODY
            DRAINING,               UNAVAILABLE,         503, api_error,             draining,                NOBODY
            INTERNAL,               INTERNAL,            500, api_error,             internal_error,          OPERATOR
            """)
    void eachRowIsAsTheDoorsTellIt(
            Reason reason, Code code, int httpStatus, String openAiType, String openAiCode, Payer payer) {
        assertThat(reason.code()).isEqualTo(code);
        assertThat(reason.httpStatus()).isEqualTo(httpStatus);
        assertThat(reason.openAiType()).isEqualTo(openAiType);
        assertThat(reason.openAiCode()).isEqualTo(openAiCode);
        assertThat(reason.payer()).isEqualTo(payer);
        assertThat(GatewayErrorReason.values()).extracting(Enum::name).contains("GATEWAY_ERROR_REASON_" + reason);
    }

    @Test
    void theWireKnowsNoReasonThatTheTableLacks() {
        Set<String> table = Arrays.stream(Reason.values()).map(Enum::name).collect(Collectors.toSet());

        assertThat(Arrays.stream(GatewayErrorReason.values())
                        .filter(reason -> reason != GatewayErrorReason.UNRECOGNIZED)
                        .map(reason -> reason.name().replace("GATEWAY_ERROR_REASON_", ""))
                        .filter(name -> !name.equals("UNSPECIFIED")))
                .allMatch(table::contains);
    }
}
