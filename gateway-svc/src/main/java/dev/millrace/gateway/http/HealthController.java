package dev.millrace.gateway.http;

import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.openai.HealthText;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.util.Map;

/** Whether the gateway lives, and whether any model can answer; needs no key. And what is not served yet. */
@Controller
@Produces(MediaType.ALL)
final class HealthController {
    private final Catalogue catalogue;

    HealthController(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Get("/health/live")
    HttpResponse<?> live() {
        return Answers.json(HealthText.json(catalogue.models()));
    }

    @Get(uris = {"/health", "/health/ready"})
    HttpResponse<?> ready() {
        boolean ready = HealthText.ready(catalogue.models());
        return Answers.json(HealthText.json(catalogue.models()))
                .status(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    }

    @Get("/v1/generations/{id}")
    HttpResponse<?> generation(HttpRequest<?> request, String id) {
        return Answers.fault(
                new TurnFault(
                        Reason.NOT_YET_SERVED,
                        "generations are not served yet; the cost is on the usage chunk and in `millrace usage`",
                        Map.of()),
                Exchange.of(request));
    }
}
