package dev.millrace.relay.calls;

import dev.millrace.relay.Acme;
import dev.millrace.relay.AnswerSink;
import dev.millrace.relay.AttemptKey;
import dev.millrace.relay.AttemptLedger;
import dev.millrace.relay.Breakers;
import dev.millrace.relay.CallScope;
import dev.millrace.relay.CompletionCall;
import dev.millrace.relay.Completions.Admitted;
import dev.millrace.relay.Failure;
import dev.millrace.relay.Outcome;
import dev.millrace.relay.Outcome.Answered;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.Reason;
import dev.millrace.relay.Retries;
import dev.millrace.relay.Upstream;
import dev.millrace.relay.breaker.ModelBreakers;
import dev.millrace.relay.openai.OpenAiFormat;
import dev.millrace.relay.retry.QuotaWatch;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.ToolChoice;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is written down of a provider's calls, and when. */
final class ProviderCompletionsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String ANSWER = """
            data: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}

            data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1}}

            data: [DONE]

            """;

    private final CallScope scope = new CallScope(LONG, 3);
    /** What the ledger and the reader were told, in this order. */
    private final List<String> told = new ArrayList<>();

    private final List<TokenUsage> usages = new ArrayList<>();
    private final Deque<Integer> statuses = new ArrayDeque<>();
    private Breakers breakers = new ModelBreakers(LONG);

    @Test
    void theEndOfACallIsWrittenBeforeItsReaderLearnsOfIt() throws Exception {
        statuses.add(200);

        run(false);

        assertThat(told).containsExactly("started 1", "ended 1 completed", "answered");
        assertThat(usages).extracting(TokenUsage::getOutputTokens).containsExactly(1L);
    }

    @Test
    void aStartThatIsKnownIsNotWrittenAgain() throws Exception {
        statuses.add(200);

        run(true);

        assertThat(told).containsExactly("ended 1 completed", "answered");
    }

    @Test
    void laterTriesAreWrittenAsEver() throws Exception {
        statuses.addAll(List.of(500, 200));

        run(true);

        assertThat(told).containsExactly("ended 1 PROVIDER_UNAVAILABLE", "started 2", "ended 2 completed", "answered");
    }

    @Test
    void aReaderThatLeavesAtTheLastFrameMakesNoSecondEnd() throws Exception {
        statuses.add(200);
        AnswerSink gone = new Reader() {
            @Override
            public void completed(List<ChoiceEnd> ends, TokenUsage usage, int tries) {
                throw new IllegalStateException("the reader has left");
            }
        };

        assertThatThrownBy(() -> admitted(true).run(scope, gone)).hasMessage("the reader has left");

        assertThat(told).containsExactly("ended 1 completed");
    }

    @Test
    void aCallerThatLeftBeforeTheFirstTryEndsTheCallThatItsHoldBegan() throws Exception {
        scope.leave();

        run(true);

        assertThat(told).containsExactly("ended 1 cancelled");
        assertThat(usages).extracting(TokenUsage::getInputTokens).containsExactly(0L);
    }

    @Test
    void aCallerThatLeftBeforeTheFirstTryOtherwiseLeavesNothing() throws Exception {
        scope.leave();

        run(false);

        assertThat(told).isEmpty();
    }

    @Test
    void aRefusalThatFindsItsCallerGoneEndsTheCallThatItsHoldBegan() throws Exception {
        breakers = new Refusing(scope::leave);

        run(true);

        assertThat(told).containsExactly("ended 1 cancelled");
    }

    @Test
    void aRefusalThatItsCallerLearnsOfLeavesNothing() throws Exception {
        breakers = new Refusing(() -> {});

        run(true);

        assertThat(told).isEmpty();
    }

    @Test
    void whatFailsOnTheThreadThatBringsAPieceEndsTheCall() {
        Upstream.Body arriving = new Brought(List.of(ANSWER.substring(0, ANSWER.indexOf("\n\n") + 2), ANSWER));
        AnswerSink broken = new Reader() {
            @Override
            public boolean offer(Delta delta) {
                throw new IllegalStateException("a fault of ours");
            }
        };

        assertThatThrownBy(() -> admitted(false, request -> new PlayedExchange(200, arriving))
                        .run(scope, broken))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a fault of ours");

        assertThat(told).containsExactly("started 1", "ended 1 cancelled");
    }

    private void run(boolean begun) throws Exception {
        var _ = admitted(begun).run(scope, new Reader());
    }

    private Admitted admitted(boolean begun) {
        return admitted(begun, request -> new PlayedExchange(statuses.pop(), ANSWER));
    }

    private Admitted admitted(boolean begun, Upstream upstream) {
        QuotaWatch quotas = new QuotaWatch(InstantSource.system());
        ProviderCompletions completions = new ProviderCompletions(
                upstream,
                new OpenAiFormat(),
                quotas,
                new Tries(breakers, new AtOnce(), quotas),
                new Notes(),
                CharSequence::length);
        Outcome<Admitted> outcome = completions.admit(call(begun), Acme.model("m"));
        assertThat(outcome).isInstanceOf(Answered.class);
        return ((Answered<Admitted>) outcome).answer();
    }

    private static CompletionCall call(boolean begun) {
        return new CompletionCall(
                new AttemptKey("turn", "tenant", "turn/1"),
                List.of(Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder().setText("what grinds?"))
                        .build()),
                SamplingParameters.getDefaultInstance(),
                List.of(),
                ToolChoice.getDefaultInstance(),
                ResponseFormat.getDefaultInstance(),
                "",
                "",
                OptionalLong.empty(),
                OptionalLong.of(5),
                begun,
                Optional.empty());
    }

    /** Notes what is written down. */
    private final class Notes implements AttemptLedger {
        @Override
        public Start started(TryKey key) {
            told.add("started " + key.number());
            return Start.WRITTEN;
        }

        @Override
        public void ended(TryKey key, TokenUsage usage, String outcome) {
            told.add("ended " + key.number() + " " + outcome);
            usages.add(usage);
        }
    }

    /** Notes the end of the answer. */
    private class Reader implements AnswerSink {
        @Override
        public void retrying(int nextTry, Reason cause, Duration wait) {
            // The ledger is what counts here.
        }

        @Override
        public void thinking() {
            // As above.
        }

        @Override
        public void started(Beginning beginning) {
            // As above.
        }

        @Override
        public void delta(Delta delta) {
            // As above.
        }

        @Override
        public void completed(List<ChoiceEnd> ends, TokenUsage usage, int tries) throws InterruptedException {
            told.add("answered");
        }
    }

    /** Repeats without a wait. */
    private static final class AtOnce implements Retries {
        @Override
        public int triesMax() {
            return 3;
        }

        @Override
        public void begun(ProviderModel model) {
            // Nothing is counted.
        }

        @Override
        public Optional<Duration> waitBefore(ProviderModel model, int nextTry, Failure failure, Duration remaining) {
            return Optional.of(Duration.ZERO);
        }
    }

    /** Lets no call through, though none would have said so before. */
    private record Refusing(Runnable happening) implements Breakers {
        @Override
        public Optional<Permit> ask(ProviderModel model) {
            happening.run();
            return Optional.empty();
        }

        @Override
        public Duration pause() {
            return LONG;
        }

        @Override
        public boolean isOpen(ProviderModel model) {
            return false;
        }

        @Override
        public Optional<String> resting(ProviderModel model) {
            return Optional.empty();
        }
    }
}
