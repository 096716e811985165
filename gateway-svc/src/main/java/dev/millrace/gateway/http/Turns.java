package dev.millrace.gateway.http;

import dev.millrace.gateway.Completions;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.openai.AnswerForm;
import dev.millrace.gateway.openai.CompletionCall;
import dev.millrace.gateway.openai.CompletionReader;
import dev.millrace.rpc.LoopThreads;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the turns of this door, each on a virtual thread of its own, and makes their ends HTTP answers. */
@Singleton
final class Turns {
    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);

    /** To read and judge a longer prompt takes more of an event loop's time than its other connections should wait. */
    private static final int LOOP_BODY_BYTES_MAX = 16 << 10;

    private final Completions completions;
    private final Doorkeeper doorkeeper;
    private final HttpConfig config;
    private final DoorTimer timer;

    Turns(Completions completions, Doorkeeper doorkeeper, HttpConfig config, DoorTimer timer) {
        this.completions = completions;
        this.doorkeeper = doorkeeper;
        this.config = config;
        this.timer = timer;
    }

    /** Begins a turn on the connection's thread and returns at once; the answer comes when its first byte can. */
    CompletableFuture<HttpResponse<?>> open(AnswerForm.Kind kind, HttpRequest<?> request, byte[] body) {
        CompletableFuture<HttpResponse<?>> answer = new CompletableFuture<>();
        Exchange exchange = Exchange.of(request);
        CallScope scope = doorkeeper.open(request, exchange, body.length);
        Runnable turn = scope.context().wrap(() -> run(kind, request, body, exchange, scope, answer));
        if (body.length <= LOOP_BODY_BYTES_MAX) {
            LoopThreads.start("http-turn", turn);
        } else {
            Thread.ofVirtual().name("http-turn").start(turn);
        }
        return answer;
    }

    private void run(
            AnswerForm.Kind kind,
            HttpRequest<?> request,
            byte[] body,
            Exchange exchange,
            CallScope scope,
            CompletableFuture<HttpResponse<?>> answer) {
        CompletionCall call;
        try {
            call = CompletionReader.read(kind, doorkeeper.head(request), body);
        } catch (RuntimeException refused) {
            scope.close();
            answer.complete(Answers.fault(named(refused, exchange), exchange));
            return;
        }
        Answering answering = call.form().streamed()
                ? new StreamedAnswering(call, exchange, scope, config, timer.executor(), answer)
                : new WholeAnswering(call, exchange, scope, config, answer);
        try {
            completions.run(call.turn(), answering);
        } catch (RuntimeException | Error ended) {
            answering.fail(named(ended, exchange));
        } finally {
            answering.finish();
        }
    }

    /** A fault has its name; anything else is a defect, told once in the log and never to the caller. */
    static TurnFault named(Throwable ended, Exchange exchange) {
        if (ended instanceof TurnFault fault) {
            return fault;
        }
        LOG.atError()
                .addKeyValue("request_id", exchange.requestId())
                .addKeyValue("turn_id", exchange.turnId())
                .setCause(ended)
                .log("a call failed unexpectedly");
        return new TurnFault(
                Reason.INTERNAL,
                "a defect of the gateway; its log tells more under request id " + exchange.requestId(),
                Map.of("request_id", exchange.requestId()));
    }
}
