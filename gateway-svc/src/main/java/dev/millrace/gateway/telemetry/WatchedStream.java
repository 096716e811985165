package dev.millrace.gateway.telemetry;

import dev.millrace.gateway.Backend;
import dev.millrace.gateway.Backend.Frame;
import dev.millrace.gateway.telemetry.AttemptMeter.Called;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.Progress;
import dev.millrace.schema.completion.v1.Started;
import dev.millrace.telemetry.Step;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** The frames of one attempt, watched as they pass: of a piece only that it came. Used by one thread. */
final class WatchedStream implements Backend.Stream {
    /** How an attempt ends that its reader closed: too slow, lost, or its caller left. */
    private static final String CLOSED = "CLOSED_BY_GATEWAY";

    private final Backend.Stream stream;
    private final Step step;
    private final AttemptMeter meter;
    private final long begin = System.nanoTime();
    private Called called;
    private boolean hasToken;
    private boolean ended;

    WatchedStream(Backend.Stream stream, Step step, Called called, AttemptMeter meter) {
        this.stream = stream;
        this.step = step;
        this.called = called;
        this.meter = meter;
    }

    @Override
    public Frame next(Duration wait) throws InterruptedException {
        return seen(stream.next(wait));
    }

    /** Only the first piece is looked at, so the others may be taken on their way. */
    @Override
    public Frame next(Duration wait, Predicate<Delta> taker) throws InterruptedException {
        return seen(stream.next(wait, piece -> hasToken && taker.test(piece)));
    }

    private Frame seen(Frame frame) {
        switch (frame) {
            case Backend.Piece piece -> token();
            case Backend.Begun(Started started) -> begun(started);
            case Backend.Waiting(Progress progress) -> waiting(progress);
            case Backend.Ended end -> completed(end);
            case Backend.Failed(var fault) -> end(Optional.of(fault.reason()));
            case Backend.Silence silence -> {}
        }
        return frame;
    }

    private void token() {
        if (!hasToken) {
            hasToken = true;
            Duration took = elapsed();
            step.tag("millrace.first_token_ms", took.toMillis());
            meter.firstToken(called, took);
        }
    }

    private void begun(Started started) {
        String provider = started.getEngine().isEmpty() ? called.provider() : started.getEngine();
        called = new Called(called.operation(), provider, called.model(), called.target());
        step.tag(Names.PROVIDER, provider).tag(Names.RESPONSE_MODEL, started.getModel());
    }

    private void waiting(Progress progress) {
        if (progress.hasQueued()) {
            step.tag("millrace.queue.position", (long) progress.getQueued().getPosition());
        }
    }

    private void completed(Backend.Ended end) {
        if (step.isRecorded()) {
            step.tag(
                            "gen_ai.response.finish_reasons",
                            end.choiceEnds().stream()
                                    .map(choice -> choice.getFinishReason()
                                            .name()
                                            .replaceFirst("^FINISH_REASON_", "")
                                            .toLowerCase(Locale.ROOT))
                                    .toList())
                    .tag("millrace.provider_tries", (long) end.providerTries());
            if (end.usage().hasInputTokens()) {
                step.tag(Names.INPUT_TOKENS, end.usage().getInputTokens());
            }
            if (end.usage().hasOutputTokens()) {
                step.tag(Names.OUTPUT_TOKENS, end.usage().getOutputTokens());
            }
        }
        meter.used(called, end.usage());
        end(Optional.empty());
    }

    private void end(Optional<String> failure) {
        if (ended) {
            return;
        }
        ended = true;
        failure.ifPresent(step::failed);
        meter.ended(called, elapsed(), failure);
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Override
    public void close() {
        try (step) {
            end(Optional.of(CLOSED));
            stream.close();
        }
    }
}
