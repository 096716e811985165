package dev.millrace.gateway.http;

import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.openai.AnswerHead;
import dev.millrace.gateway.openai.AnswerWriter;
import dev.millrace.gateway.openai.CompletionCall;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Gathers a turn's events and answers once it is whole. A switch of candidates starts the text anew. A long answer leaves as its
 * reader takes it, and the turn lasts until then: what it holds is counted, and a reader that takes nothing is cut off.
 */
final class WholeAnswering implements Answering {
    private static final Executor DIRECT = Runnable::run;

    private final CompletionCall call;
    private final Exchange exchange;
    private final CallScope scope;
    private final HttpConfig config;
    private final CompletableFuture<HttpResponse<?>> answer;
    private final RouteHeaders route;
    private final long createdSeconds = Instant.now().getEpochSecond();
    private AnswerWriter writer;
    /** Of a long answer. */
    private @Nullable SseBody leaving;

    private boolean handedOver;

    WholeAnswering(
            CompletionCall call,
            Exchange exchange,
            CallScope scope,
            HttpConfig config,
            CompletableFuture<HttpResponse<?>> answer) {
        this.call = call;
        this.route = new RouteHeaders(call.dropped());
        this.exchange = exchange;
        this.scope = scope;
        this.config = config;
        this.answer = answer;
        this.writer = newWriter();
    }

    private AnswerWriter newWriter() {
        String model = route.model(call.turn().model());
        return call.form().writer(new AnswerHead(exchange.turnId(), createdSeconds, model));
    }

    @Override
    public void accept(long sequence, int attempt, TurnEvent event) throws CallerGone {
        scope.check();
        route.take(attempt, event);
        switch (event) {
            case TurnEvent.RouteDecided decided -> writer = newWriter();
            case TurnEvent.Switched switched -> writer = newWriter();
            case TurnEvent.Piece piece -> writer.piece(piece.delta());
            case TurnEvent.Finished finished -> leave(writer.finish(finished.result()));
            case TurnEvent.Begun begun -> {}
            case TurnEvent.Waiting waiting -> {}
        }
    }

    private void leave(byte[] json) throws CallerGone {
        int partBytes = (int) config.pendingSize().bytes();
        if (json.length <= partBytes) {
            MutableHttpResponse<byte[]> whole = Answers.json(json);
            route.addTo(whole);
            answer.complete(whole);
            return;
        }
        SseBody body = new SseBody(partBytes, config.stallLimit());
        leaving = body;
        scope.context().addListener(ended -> body.release(scope.gone()), DIRECT);
        MutableHttpResponse<SseBody> whole = HttpResponse.ok(body)
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .contentLength(json.length);
        route.addTo(whole);
        answer.complete(whole);
        int sent = 0;
        for (; json.length - sent > partBytes; sent += partBytes) {
            body.write(Arrays.copyOfRange(json, sent, sent + partBytes));
        }
        body.end(Arrays.copyOfRange(json, sent, json.length));
        handedOver = true;
    }

    @Override
    public void fail(TurnFault fault) {
        answer.complete(Answers.fault(fault, exchange));
    }

    @Override
    public void finish() {
        SseBody body = leaving;
        if (body != null && !(handedOver && body.awaitDrained())) {
            scope.abort();
        }
        scope.close();
    }
}
