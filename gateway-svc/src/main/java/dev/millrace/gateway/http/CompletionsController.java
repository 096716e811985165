package dev.millrace.gateway.http;

import dev.millrace.gateway.openai.AnswerForm;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.util.concurrent.CompletableFuture;

/** The paths that answer prompts. */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class CompletionsController {
    private final Turns turns;

    CompletionsController(Turns turns) {
        this.turns = turns;
    }

    @Post("/v1/chat/completions")
    CompletableFuture<HttpResponse<?>> chat(HttpRequest<?> request, @Body byte[] body) {
        return turns.open(AnswerForm.Kind.CHAT, request, body);
    }

    @Post("/v1/completions")
    CompletableFuture<HttpResponse<?>> text(HttpRequest<?> request, @Body byte[] body) {
        return turns.open(AnswerForm.Kind.TEXT, request, body);
    }
}
