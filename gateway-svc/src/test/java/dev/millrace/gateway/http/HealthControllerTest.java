package dev.millrace.gateway.http;

import dev.millrace.gateway.Catalogue;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HealthControllerTest {

    @Test
    void statusAndBodyTellOfTheSameMoment() {
        Iterator<List<Catalogue.Entry>> looks = List.of(List.of(FixedModels.STARTER), List.<Catalogue.Entry>of())
                .iterator();

        HttpResponse<?> answer = new HealthController(looks::next).ready();

        assertThat(answer.getStatus().getCode()).isEqualTo(HttpStatus.OK.getCode());
        assertThat(new String((byte[]) answer.getBody().orElseThrow(), StandardCharsets.UTF_8))
                .isEqualTo("{\"status\":\"ok\",\"live\":true,\"ready\":true,\"models_usable\":1}");
    }
}
