package dev.millrace.gateway.http;

import dev.millrace.gateway.Embeddings;
import dev.millrace.gateway.openai.EmbeddingCodec;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.util.concurrent.CompletableFuture;

/** The path that turns texts into vectors. */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class EmbeddingsController {
    private final Embeddings embeddings;
    private final Doorkeeper doorkeeper;

    EmbeddingsController(Embeddings embeddings, Doorkeeper doorkeeper) {
        this.embeddings = embeddings;
        this.doorkeeper = doorkeeper;
    }

    @Post("/v1/embeddings")
    CompletableFuture<HttpResponse<?>> embed(HttpRequest<?> request, @Body byte[] body) {
        CompletableFuture<HttpResponse<?>> answer = new CompletableFuture<>();
        Exchange exchange = Exchange.of(request);
        CallScope scope = doorkeeper.open(request, exchange, body.length);
        Runnable call = scope.context().wrap(() -> {
            try (scope) {
                answer.complete(vectors(request, body));
            } catch (RuntimeException | Error ended) {
                answer.complete(Answers.fault(Turns.named(ended, exchange), exchange));
            }
        });
        Thread.ofVirtual().name("http-embeddings").start(call);
        return answer;
    }

    private HttpResponse<?> vectors(HttpRequest<?> request, byte[] body) {
        EmbeddingCodec.Call call = EmbeddingCodec.read(doorkeeper.head(request), body);
        Embeddings.Result result = embeddings.embed(call.request());
        MutableHttpResponse<byte[]> answer = Answers.json(EmbeddingCodec.write(result, call.base64()));
        RouteHeaders.add(answer, result.route());
        RouteHeaders.addDropped(answer, call.dropped());
        return answer;
    }
}
