package dev.millrace.gateway.http;

import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.openai.HealthText;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;

/** Whether the gateway lives, and whether any model can answer; needs no key. */
@Controller
@Produces(MediaType.ALL)
final class HealthController {
    private final Catalogue catalogue;

    HealthController(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Get("/health/live")
    HttpResponse<?> live() {
        return Answers.json(HealthText.of(catalogue).json());
    }

    @Get(uris = {"/health", "/health/ready"})
    HttpResponse<?> ready() {
        HealthText health = HealthText.of(catalogue);
        return Answers.json(health.json()).status(health.ready() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    }
}
