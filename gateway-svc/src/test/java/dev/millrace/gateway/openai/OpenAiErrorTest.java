package dev.millrace.gateway.openai;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnResult.Attempt;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class OpenAiErrorTest {

    @Test
    void noProgramAsksAgainWhereOnlyTheOperatorCanHelp() {
        assertThat(retryable(Optional.empty(), "PROVIDER_QUOTA_EXHAUSTED")).isFalse();
        assertThat(retryable(Optional.empty(), "PROVIDER_QUOTA_EXHAUSTED", "PROVIDER_KEY_REFUSED"))
                .isFalse();
        assertThat(retryable(Optional.empty(), "PROVIDER_QUOTA_EXHAUSTED", "PROVIDER_UNAVAILABLE"))
                .isTrue();
        assertThat(retryable(
                        Optional.of(Duration.ofSeconds(2)), "PROVIDER_QUOTA_EXHAUSTED", "PROVIDER_QUOTA_EXHAUSTED"))
                .isTrue();
        assertThat(retryable(Optional.empty())).isTrue();
    }

    @Test
    void saysTheNextStepInItsMessage() {
        TurnFault fault = new TurnFault(Reason.NO_BACKEND_ANSWERED, "nobody answers", Map.of("next", "start one"));

        assertThat(text(OpenAiError.of(fault))).contains("\"message\":\"nobody answers. Next: start one\"");
    }

    @Test
    void namesTheTurnThatItEndedBesideTheCallersOwnId() {
        String ended = text(OpenAiError.of(fault(Optional.empty(), "ENGINE_FAILED")));
        String before = text(OpenAiError.of(new TurnFault(Reason.FIELD_INVALID, "no", Map.of())));

        assertThat(ended).contains("\"request_id\":\"mine\",\"turn_id\":\"turn-1\"");
        assertThat(before).contains("\"request_id\":\"mine\"").doesNotContain("turn_id");
    }

    private static boolean retryable(Optional<Duration> retryAfter, String... outcomes) {
        return OpenAiError.of(fault(retryAfter, outcomes)).retryable();
    }

    private static String text(OpenAiError error) {
        return new String(error.json("mine"), StandardCharsets.UTF_8);
    }

    private static TurnFault fault(Optional<Duration> retryAfter, String... outcomes) {
        List<Attempt> attempts =
                Arrays.stream(outcomes).map(OpenAiErrorTest::attempt).toList();
        return new TurnFault(
                Reason.NO_BACKEND_ANSWERED,
                "no backend could answer",
                Map.of(),
                retryAfter,
                Optional.of(
                        new TurnFault.Failure("turn-1", attempts, Optional.empty(), Optional.empty(), 0, List.of())));
    }

    private static Attempt attempt(String outcome) {
        Candidate candidate =
                new Candidate(Target.CLOUD, "acme", "m", List.of(), false, OptionalLong.empty(), Optional.empty(), 1);
        return new Attempt(candidate, outcome, "", false, Optional.empty(), Duration.ZERO);
    }
}
