package dev.millrace.gateway.http;

import dev.millrace.gateway.Generations;
import dev.millrace.gateway.openai.GenerationText;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Produces;
import java.util.concurrent.CompletableFuture;

/** What one answer was and cost, by its id ({@code chatcmpl-…}), its turn's, or the caller's own request id. */
@Controller
@Produces(MediaType.ALL)
final class GenerationsController {
    private final Generations generations;
    private final Doorkeeper doorkeeper;

    GenerationsController(Generations generations, Doorkeeper doorkeeper) {
        this.generations = generations;
        this.doorkeeper = doorkeeper;
    }

    @Get("/v1/generations/{id}")
    CompletableFuture<HttpResponse<?>> generation(HttpRequest<?> request, @PathVariable String id) {
        CompletableFuture<HttpResponse<?>> answer = new CompletableFuture<>();
        Exchange exchange = Exchange.of(request);
        CallScope scope = doorkeeper.open(request, exchange, 0);
        Runnable call = scope.context().wrap(() -> {
            try (scope) {
                String turn = GenerationText.turnId(id);
                answer.complete(Answers.json(GenerationText.json(generations.find(doorkeeper.caller(request), turn))));
            } catch (RuntimeException | Error ended) {
                answer.complete(Answers.fault(Turns.named(ended, exchange), exchange));
            }
        });
        Thread.ofVirtual().name("http-generation").start(call);
        return answer;
    }
}
