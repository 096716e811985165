package dev.millrace.relay.calls;

import dev.millrace.relay.AnswerSink;
import dev.millrace.relay.AttemptLedger;
import dev.millrace.relay.AttemptLedger.TryKey;
import dev.millrace.relay.Breakers.Permit;
import dev.millrace.relay.CallScope;
import dev.millrace.relay.CompletionCall;
import dev.millrace.relay.CompletionCall.FirstTokenLimit;
import dev.millrace.relay.Completions;
import dev.millrace.relay.Failure;
import dev.millrace.relay.Outcome;
import dev.millrace.relay.Outcome.Answered;
import dev.millrace.relay.Outcome.Failed;
import dev.millrace.relay.Provider.Patience;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.Quotas;
import dev.millrace.relay.Reason;
import dev.millrace.relay.TokenCounter;
import dev.millrace.relay.Upstream;
import dev.millrace.relay.Upstream.Exchange;
import dev.millrace.relay.WireFormat;
import dev.millrace.relay.WireFormat.UnfitRequest;
import dev.millrace.relay.WireFormat.Written;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.telemetry.Step;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs a prompt on a provider and streams the answer; the story of a completion in the relay. */
public final class ProviderCompletions implements Completions {
    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final String EVENT_STREAM = "text/event-stream";
    private static final String COMPLETED = "completed";
    private static final String CANCELLED = "cancelled";

    /** The provider saw no prompt, or answered with a refusal: it bills nothing. */
    private static final TokenUsage NOTHING = TokenUsage.newBuilder()
            .setInputTokens(0)
            .setOutputTokens(0)
            .setProvenance(UsageProvenance.USAGE_PROVENANCE_COUNTED)
            .build();

    private final ProviderCall provider;
    private final WireFormat format;
    private final Tries tries;
    private final AttemptLedger ledger;
    private final TokenCounter counter;

    public ProviderCompletions(
            Upstream upstream,
            WireFormat format,
            Quotas quotas,
            Tries tries,
            AttemptLedger ledger,
            TokenCounter counter) {
        this.provider = new ProviderCall(upstream, format, quotas);
        this.format = format;
        this.tries = tries;
        this.ledger = ledger;
        this.counter = counter;
    }

    /** What is sent, as often as it takes. */
    private record Prompt(CompletionCall call, ProviderModel model, Written request) {

        /** The caller's limit for a first piece, where it is less than the provider's own. */
        Optional<FirstTokenLimit> callersLimit() {
            Duration own = model.provider().patience().firstToken();
            return call.firstTokenLimit().filter(limit -> limit.span().compareTo(own) < 0);
        }

        Patience patience() {
            Patience own = model.provider().patience();
            return callersLimit().map(limit -> own.withFirstToken(limit.span())).orElse(own);
        }
    }

    @Override
    public Outcome<Admitted> admit(CompletionCall call, ProviderModel model) {
        Optional<Failure> refusal = tries.refusal(model);
        if (refusal.isPresent()) {
            return Outcome.failed(refusal.get());
        }
        try {
            Prompt prompt = new Prompt(call, model, format.completion(call, model));
            return Outcome.answered((scope, sink) -> run(prompt, scope, sink));
        } catch (UnfitRequest unfit) {
            return Outcome.failed(Failure.of(Reason.FIELD_INVALID, String.valueOf(unfit.getMessage()))
                    .with("field", unfit.field()));
        }
    }

    private Outcome<Integer> run(Prompt prompt, CallScope scope, AnswerSink sink)
            throws IOException, InterruptedException {
        AtomicBoolean tried = new AtomicBoolean();
        Outcome<Integer> outcome = scope.isLeft()
                ? Outcome.failed(Failure.callerLeft())
                : tries.run(
                        prompt.model,
                        scope,
                        (number, permit) -> {
                            tried.set(true);
                            return tryOnce(prompt, number, permit, scope, sink);
                        },
                        (nextTry, cause, wait) -> await(nextTry, cause, wait, scope, sink));
        if (prompt.call.begun() && scope.isLeft() && !tried.get()) {
            // A turn that its caller ends leaves the call open that its hold wrote down.
            ledger.ended(key(prompt, 1), NOTHING, CANCELLED);
        }
        return outcome;
    }

    private static TryKey key(Prompt prompt, int number) {
        return new TryKey(prompt.call.attempt(), number, prompt.model.provider().name(), prompt.model.wireName());
    }

    private Outcome<Integer> tryOnce(Prompt prompt, int number, Permit permit, CallScope scope, AnswerSink sink)
            throws IOException, InterruptedException {
        ProviderModel model = prompt.model;
        TryKey key = key(prompt, number);
        Exchange exchange = provider.prepare(
                model, "/chat/completions", prompt.call.attempt().attemptId(), prompt.request.body(), EVENT_STREAM);
        AttemptLedger.Start start =
                prompt.call.begun() && number == 1 ? AttemptLedger.Start.WRITTEN : ledger.started(key);
        scope.onLeave(exchange::abort);
        try (exchange;
                Step step = TryStep.begin("/chat/completions", model, number);
                TryWatch watch =
                        new TryWatch(prompt.patience(), exchange::abort, () -> beat(sink), permit::answering)) {
            AnswerPump pump = new AnswerPump(prompt.call, model, format, sink, watch, number, prompt.request, counter);
            return TryStep.ended(step, new OneTry(key, start, exchange, watch, pump, scope, prompt).run());
        }
    }

    /** From a thread of its own: a full transport must not stop the timer. */
    private static void beat(AnswerSink sink) {
        Thread.ofVirtual().name("beat").start(() -> {
            try {
                sink.thinking();
            } catch (InterruptedException | RuntimeException callerGone) {
                // Whoever relays the answer learns it as well, and ends the call.
                return;
            }
        });
    }

    /** Tells at once that and why it waits, then every second. */
    private static boolean await(int nextTry, Failure cause, Duration wait, CallScope scope, AnswerSink sink)
            throws InterruptedException {
        Duration left = wait;
        while (left.isPositive()) {
            sink.retrying(nextTry, cause.reason(), left);
            Duration step = left.compareTo(BEAT) < 0 ? left : BEAT;
            if (!scope.pause(step)) {
                return false;
            }
            left = left.minus(step);
        }
        return !scope.isLeft();
    }

    /** The parts of one call of the provider. */
    private final class OneTry {
        private static final int REST_BYTES_MAX = 64 << 10;
        private static final int SCRAP_BYTES = 512;

        private final TryKey key;
        private final AttemptLedger.Start start;
        private final Exchange exchange;
        private final TryWatch watch;
        private final AnswerPump pump;
        private final CallScope scope;
        private final Prompt prompt;
        private final ProviderModel model;
        private boolean billed = true;
        private boolean ended;

        OneTry(
                TryKey key,
                AttemptLedger.Start start,
                Exchange exchange,
                TryWatch watch,
                AnswerPump pump,
                CallScope scope,
                Prompt prompt) {
            this.key = key;
            this.start = start;
            this.exchange = exchange;
            this.watch = watch;
            this.pump = pump;
            this.scope = scope;
            this.prompt = prompt;
            this.model = prompt.model;
        }

        /** Whatever happens, the end is written down once, and before anybody learns of it. */
        Outcome<Integer> run() throws IOException, InterruptedException {
            String end = CANCELLED;
            try {
                Outcome<Integer> outcome = answer();
                end = outcome instanceof Failed<Integer>(Failure failure) ? name(failure) : COMPLETED;
                return outcome;
            } finally {
                if (!ended) {
                    ledger.ended(key, billed ? pump.usage() : NOTHING, end);
                }
            }
        }

        private void completed(TokenUsage usage) {
            ended = true;
            ledger.ended(key, usage, COMPLETED);
        }

        private static String name(Failure failure) {
            return failure.reason() == Reason.CALLER_LEFT
                    ? CANCELLED
                    : failure.reason().name();
        }

        private Outcome<Integer> answer() throws InterruptedException, IOException {
            try {
                Outcome<Upstream.Body> opened = provider.send(exchange, model, EVENT_STREAM);
                start.await();
                return switch (opened) {
                    case Failed<Upstream.Body>(Failure failure) -> {
                        billed = false;
                        yield Outcome.failed(failure);
                    }
                    case Answered<Upstream.Body>(Upstream.Body body) -> relay(body);
                };
            } catch (IOException broken) {
                billed = !(broken instanceof Upstream.Unreachable);
                return Outcome.failed(afterDelivery(named(broken)));
            }
        }

        private Outcome<Integer> relay(Upstream.Body body) throws IOException, InterruptedException {
            Outcome<Boolean> ended = pump.run(body);
            if (ended instanceof Failed<Boolean>(Failure failure)) {
                return Outcome.failed(afterDelivery(failure));
            }
            watch.finished();
            if (pump.isCut()) {
                exchange.abort();
                pump.complete(this::completed);
            } else {
                pump.complete(this::completed);
                readRest(body);
            }
            return Outcome.answered(key.number());
        }

        /** The end of the body, so that the connection can be used again; the watch cuts one that does not end. */
        private static void readRest(InputStream body) {
            byte[] scrap = new byte[SCRAP_BYTES];
            try {
                int read = 0;
                for (int bytes = 0; read >= 0 && bytes < REST_BYTES_MAX; bytes += read) {
                    read = body.read(scrap);
                }
            } catch (IOException cut) {
                return;
            }
        }

        private Failure named(IOException broken) {
            if (scope.isLeft()) {
                return Failure.callerLeft();
            }
            return watch.isExpired() ? silence() : provider.broken(model, broken);
        }

        /** The provider's own patience has run out, or its caller's for a first piece. */
        private Failure silence() {
            Failure silent = Failure.sick(model.provider(), watch.silence());
            return watch.isBeforeFirstToken()
                    ? prompt.callersLimit()
                            .map(limit -> silent.asTooLate(limit.longest()))
                            .orElse(silent)
                    : silent;
        }

        private Failure afterDelivery(Failure failure) {
            return pump.delivered() == 0 || failure.reason() == Reason.CALLER_LEFT
                    ? failure
                    : failure.interrupted(pump.delivered());
        }
    }
}
