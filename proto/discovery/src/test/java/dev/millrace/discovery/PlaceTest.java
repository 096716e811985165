package dev.millrace.discovery;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class PlaceTest {
    @Test
    void isNowhereWithoutConsul() {
        assertThat(Place.of(Map.of())).isEmpty();
    }

    @Test
    void readsTheEnvironment() {
        Place place = Place.of(Map.of(
                        "MILLRACE_CONSUL", "http://127.0.0.1:8500",
                        "MILLRACE_INSTANCE", "gateway-1",
                        "MILLRACE_INGRESS", "10.0.0.7:7511",
                        "MILLRACE_HTTP_INGRESS", "10.0.0.7:7512"))
                .orElseThrow();

        assertThat(place.ingress()).isEqualTo(new Address("10.0.0.7", 7511));
        assertThat(new Registration("gateway", place, place.ingress(), true, Map.of()).meta())
                .containsEntry("http-port", "7512");
    }

    @Test
    void namesWhatIsMissingOrWrong() {
        assertThatThrownBy(() -> Place.of(Map.of("MILLRACE_CONSUL", "http://127.0.0.1:8500")))
                .hasMessageContaining("MILLRACE_INSTANCE is missing");
        assertThatThrownBy(() -> Place.of(Map.of(
                        "MILLRACE_CONSUL", "http://127.0.0.1:8500",
                        "MILLRACE_INSTANCE", "billing-1",
                        "MILLRACE_INGRESS", "7511")))
                .hasMessage("MILLRACE_INGRESS: \"7511\" (expected: host:port)");
        assertThatThrownBy(() -> Place.of(Map.of(
                        "MILLRACE_CONSUL", "http://127.0.0.1:85000",
                        "MILLRACE_INSTANCE", "billing-1",
                        "MILLRACE_INGRESS", "127.0.0.1:7511")))
                .hasMessage("MILLRACE_CONSUL: \"http://127.0.0.1:85000\" (expected: http://host:port)");
        assertThatThrownBy(() -> Place.of(Map.of("MILLRACE_CONSUL", "127.0.0.1:8500", "MILLRACE_INSTANCE", "a")))
                .hasMessageContaining("MILLRACE_CONSUL");
    }

    @Test
    void tellsALongListOfModelsInParts() {
        List<String> models = Collections.nCopies(20, "a-model-with-a-name-of-forty-characters:1");

        Map<String, String> facts = Facts.ofModels(4, models);

        assertThat(facts).containsKeys("models", "models-2").containsEntry("slots", "4");
        assertThat(facts.values()).allMatch(value -> value.length() <= 500);
        assertThat(String.join(",", facts.get("models"), facts.get("models-2")).split(","))
                .hasSize(20);
    }

    /** Consul counts bytes, and refuses the whole registration for one value that is too long. */
    @Test
    void countsBytesAndKeepsNamesWhole() {
        String longest = "模".repeat(166) + "ab";
        List<String> models = new ArrayList<>(Collections.nCopies(20, "大语言模型".repeat(6)));
        models.add("模".repeat(167));
        models.add(longest);

        Map<String, String> facts = Facts.ofModels(4, models);

        assertThat(facts.values()).allMatch(value -> value.getBytes(UTF_8).length <= 500);
        assertThat(facts.entrySet().stream()
                        .filter(fact -> fact.getKey().startsWith("models"))
                        .flatMap(fact -> Stream.of(fact.getValue().split(","))))
                .hasSize(21)
                .containsOnly("大语言模型".repeat(6), longest);
    }
}
