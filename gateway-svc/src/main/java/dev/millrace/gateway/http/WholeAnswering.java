package dev.millrace.gateway.http;

import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.openai.AnswerHead;
import dev.millrace.gateway.openai.AnswerWriter;
import dev.millrace.gateway.openai.CompletionCall;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** Gathers a turn's events and answers once it is whole. A switch of candidates starts the text anew. */
final class WholeAnswering implements Answering {
    private final CompletionCall call;
    private final Exchange exchange;
    private final CallScope scope;
    private final CompletableFuture<HttpResponse<?>> answer;
    private final RouteHeaders route;
    private final long createdSeconds = Instant.now().getEpochSecond();
    private AnswerWriter writer;

    WholeAnswering(CompletionCall call, Exchange exchange, CallScope scope, CompletableFuture<HttpResponse<?>> answer) {
        this.call = call;
        this.route = new RouteHeaders(call.dropped());
        this.exchange = exchange;
        this.scope = scope;
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
            case TurnEvent.Finished finished -> {
                MutableHttpResponse<byte[]> whole = Answers.json(writer.finish(finished.result()));
                route.addTo(whole);
                answer.complete(whole);
            }
            case TurnEvent.Begun begun -> {}
            case TurnEvent.Waiting waiting -> {}
        }
    }

    @Override
    public void fail(TurnFault fault) {
        answer.complete(Answers.fault(fault, exchange));
    }

    @Override
    public void finish() {
        scope.close();
    }
}
