package dev.millrace.gateway.http;

import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.openai.AnswerHead;
import dev.millrace.gateway.openai.AnswerWriter;
import dev.millrace.gateway.openai.CompletionCall;
import dev.millrace.gateway.openai.OpenAiError;
import dev.millrace.gateway.openai.Sse;
import dev.millrace.schema.completion.v1.Delta;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes a turn's events as an event stream. Status and headers leave with the first token, so that a failure before it is a
 * real status; or after {@code commitAfter} without one, and from then on a comment breaks every silence.
 */
final class StreamedAnswering implements Answering {
    private static final Executor DIRECT = Runnable::run;

    private final CompletionCall call;
    private final Exchange exchange;
    private final CallScope scope;
    private final HttpConfig config;
    private final ScheduledExecutorService timer;
    private final CompletableFuture<HttpResponse<?>> answer;
    private final RouteHeaders route;
    private final SseBody body;
    private final ScheduledFuture<?> commit;
    private volatile @Nullable ScheduledFuture<?> comments;
    private volatile boolean finished;
    private @Nullable AnswerWriter writer;

    StreamedAnswering(
            CompletionCall call,
            Exchange exchange,
            CallScope scope,
            HttpConfig config,
            ScheduledExecutorService timer,
            CompletableFuture<HttpResponse<?>> answer) {
        this.call = call;
        this.route = new RouteHeaders(call.dropped());
        this.exchange = exchange;
        this.scope = scope;
        this.config = config;
        this.timer = timer;
        this.answer = answer;
        this.body = new SseBody((int) config.pendingSize().bytes(), config.stallLimit());
        scope.context().addListener(ended -> body.release(scope.gone()), DIRECT);
        this.commit = timer.schedule(this::commitUnasked, config.commitAfter().toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void accept(long sequence, int attempt, TurnEvent event) throws CallerGone {
        scope.check();
        route.take(attempt, event);
        switch (event) {
            case TurnEvent.Piece piece
            when shows(piece.delta()) -> {
                body.write(writer().piece(piece.delta()));
                begin();
            }
            case TurnEvent.Finished finished -> {
                body.end(writer().finish(finished.result()));
                begin();
            }
            case TurnEvent.Piece unseen -> {}
            case TurnEvent.RouteDecided decided -> {}
            case TurnEvent.Begun begun -> {}
            case TurnEvent.Switched switched -> {}
            case TurnEvent.Waiting waiting -> {}
        }
    }

    /** A piece of an answer that has begun, while nothing of it waits for the connection. */
    @Override
    public boolean offer(long sequence, int attempt, TurnEvent event) {
        AnswerWriter known = writer;
        return event instanceof TurnEvent.Piece piece
                && known != null
                && answer.isDone()
                && body.offer(() -> known.piece(piece.delta()));
    }

    @Override
    public boolean shows(Delta piece) {
        return call.form().shows(piece);
    }

    private AnswerWriter writer() {
        AnswerWriter known = writer;
        if (known == null) {
            String model = route.model(call.turn().model());
            known = call.form()
                    .writer(new AnswerHead(exchange.turnId(), Instant.now().getEpochSecond(), model));
            writer = known;
        }
        return known;
    }

    /** Sends status and headers, once; whether this was the time. */
    private boolean begin() {
        if (answer.isDone()) {
            return false;
        }
        MutableHttpResponse<SseBody> stream = HttpResponse.ok(body)
                .contentType("text/event-stream")
                .header("cache-control", "no-cache")
                .header("x-accel-buffering", "no");
        route.addTo(stream);
        boolean first = answer.complete(stream);
        if (first) {
            long everyNanos = Math.max(1, config.commentEvery().toNanos() / 2);
            ScheduledFuture<?> beat =
                    timer.scheduleAtFixedRate(this::comment, everyNanos, everyNanos, TimeUnit.NANOSECONDS);
            comments = beat;
            if (finished) {
                // This runs on the timer's thread as well, and the turn may have ended since.
                beat.cancel(false);
            }
        }
        return first;
    }

    private void commitUnasked() {
        if (begin()) {
            body.writeIfQuiet(Sse.comment(), java.time.Duration.ZERO);
        }
    }

    private void comment() {
        body.writeIfQuiet(Sse.comment(), config.commentEvery().dividedBy(2));
    }

    @Override
    public void fail(TurnFault fault) {
        if (!answer.complete(Answers.fault(fault, exchange))) {
            body.end(Sse.fault(OpenAiError.of(fault), exchange.requestId()));
        }
    }

    @Override
    public void finish() {
        commit.cancel(false);
        if (!body.awaitDrained()) {
            scope.abort();
        }
        finished = true;
        ScheduledFuture<?> running = comments;
        if (running != null) {
            running.cancel(false);
        }
        scope.close();
    }
}
