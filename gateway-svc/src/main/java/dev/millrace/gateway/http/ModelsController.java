package dev.millrace.gateway.http;

import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.openai.ModelList;
import dev.millrace.runtime.NearestName;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Produces;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The models, told from memory: clients use the list to test a connection. */
@Controller
@Produces(MediaType.ALL)
final class ModelsController {
    private final Catalogue catalogue;
    private final Doorkeeper doorkeeper;

    ModelsController(Catalogue catalogue, Doorkeeper doorkeeper) {
        this.catalogue = catalogue;
        this.doorkeeper = doorkeeper;
    }

    @Get("/v1/models")
    CompletableFuture<HttpResponse<?>> list(HttpRequest<?> request) {
        return answer(request, () -> ModelList.all(catalogue));
    }

    /** Ids may have slashes. */
    @Get("/v1/models/{+id}")
    CompletableFuture<HttpResponse<?>> one(HttpRequest<?> request, @PathVariable String id) {
        return answer(request, () -> {
            return ModelList.one(catalogue, id).orElseThrow(() -> unknown(id, catalogue.models()));
        });
    }

    private static TurnFault unknown(String id, List<Catalogue.Entry> models) {
        List<String> ids = models.stream().map(Catalogue.Entry::id).toList();
        String nearest = String.join(", ", NearestName.of(id, ids, 3));
        String hint = nearest.isEmpty() ? "GET /v1/models lists all" : "did you mean " + nearest + "?";
        return new TurnFault(
                Reason.MODEL_UNKNOWN, "no model \"" + id + "\"; " + hint, Map.of("model", id, "nearest", nearest));
    }

    /** Who asks may have to be looked up, which can wait for a peer: not on the connection's thread. */
    private CompletableFuture<HttpResponse<?>> answer(HttpRequest<?> request, Supplier<byte[]> body) {
        CompletableFuture<HttpResponse<?>> answer = new CompletableFuture<>();
        Exchange exchange = Exchange.of(request);
        Thread.ofVirtual().name("http-models").start(() -> {
            try {
                doorkeeper.caller(request);
                answer.complete(Answers.json(body.get()));
            } catch (RuntimeException refused) {
                answer.complete(Answers.fault(Turns.named(refused, exchange), exchange));
            }
        });
        return answer;
    }
}
