package dev.millrace.relay.openai;

import dev.millrace.relay.Acme;
import dev.millrace.relay.Failure;
import dev.millrace.relay.Reason;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

final class RefusalsTest {
    private static Failure refusal(int status, String body) {
        return new OpenAiFormat().refusal(Fixture.model(), status, body.getBytes(UTF_8), Optional.empty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    401 | {"error":{"message":"no"}}                                  | PROVIDER_KEY_REFUSED     | false | false
                    403 | <html>                                                      | PROVIDER_KEY_REFUSED     | false | false
                    402 | {}                                                          | PROVIDER_QUOTA_EXHAUSTED | false | false
                    429 | {"error":{"code":"rate_limit_exceeded"}}                    | PROVIDER_QUOTA_EXHAUSTED | true  | false
                    429 | {"error":{"code":"insufficient_quota"}}                     | PROVIDER_QUOTA_EXHAUSTED | false | false
                    400 | {"error":{"code":"context_length_exceeded","message":"x"}}  | CONTEXT_TOO_LONG         | false | false
                    400 | {"error":{"code":"content_filter","message":"x"}}           | CONTENT_FILTERED         | false | false
                    400 | {"detail":"bad"}                                            | REQUEST_REJECTED         | false | false
                    404 | nothing here                                                | PROVIDER_UNAVAILABLE     | false | false
                    404 | {"error":{"code":"model_not_found","message":"x"}}          | PROVIDER_UNAVAILABLE     | false | false
                    405 | ''                                                          | PROVIDER_UNAVAILABLE     | false | false
                    410 | {"error":{"message":"retired"}}                             | PROVIDER_UNAVAILABLE     | false | false
                    413 | ''                                                          | REQUEST_REJECTED         | false | false
                    415 | ''                                                          | REQUEST_REJECTED         | false | false
                    422 | {"message":"unknown parameter"}                             | REQUEST_REJECTED         | false | false
                    500 | {"error":"it broke"}                                        | PROVIDER_UNAVAILABLE     | true  | true
                    501 | ''                                                          | PROVIDER_UNAVAILABLE     | false | false
                    503 | ''                                                          | PROVIDER_UNAVAILABLE     | true  | true
                    302 | ''                                                          | PROVIDER_UNAVAILABLE     | false | false
                    """)
    void everyStatusHasItsMeaning(int status, String body, Reason reason, boolean repeatable, boolean sick) {
        Failure failure = refusal(status, body);

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure.repeatable()).isEqualTo(repeatable);
        assertThat(failure.sick()).isEqualTo(sick);
        assertThat(failure.message()).contains("acme", "api.acme.example");
    }

    @Test
    void keyThatTheProviderQuotesIsRemoved() {
        Failure failure = refusal(401, "{\"error\":{\"message\":\"Incorrect API key provided: " + Acme.KEY + ".\"}}");

        assertThat(failure.toString()).doesNotContain(Acme.KEY).contains("***", "IP addresses");
    }

    @Test
    void whatIsNotThereSaysWhatToCheck() {
        Failure failure = refusal(404, "{\"error\":{\"message\":\"no such path\"}}");

        assertThat(failure.message())
                .isEqualTo(
                        "acme (api.acme.example) answered 404: no such path. Check base-url (most end in /v1) and whether"
                                + " the model gpt-4.1 is still there");
        assertThat(failure.details())
                .containsEntry("status", "404")
                .containsEntry("model", "gpt-4.1")
                .containsEntry("detail", "no such path");
    }

    @Test
    void retryAfterIsTold() {
        Failure failure =
                new OpenAiFormat().refusal(Fixture.model(), 429, new byte[0], Optional.of(Duration.ofSeconds(7)));

        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(failure.details()).containsEntry("retry_after_millis", "7000");
    }
}
