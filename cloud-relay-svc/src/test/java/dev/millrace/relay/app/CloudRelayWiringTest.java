package dev.millrace.relay.app;

import dev.millrace.rpc.Fault;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.ServiceSettings;
import dev.millrace.schema.inference.v1.GetCapacityRequest;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelState;
import dev.millrace.testing.FakeCloud;
import dev.millrace.testing.InferenceCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

final class CloudRelayWiringTest {
    @TempDir
    Path home;

    private static Map<String, Model> models(RelayUnderTest relay) {
        return InferenceServiceGrpc.newBlockingStub(relay.channel())
                .listModels(ListModelsRequest.getDefaultInstance())
                .getModelsList()
                .stream()
                .collect(Collectors.toMap(Model::getId, Function.identity()));
    }

    private static Model model(Map<String, Model> models, String id) {
        return Objects.requireNonNull(models.get(id), id);
    }

    @Test
    void withoutAKeyItStartsAndSaysWhatToSet() throws Exception {
        try (RelayUnderTest relay = RelayUnderTest.start(home, Map.of(), Map.of())) {
            Map<String, Model> models = models(relay);

            assertThat(relay.healthLine()).isEqualTo("no key: set HOLYSHEEP_API_KEY to let hard prompts leave");
            assertThat(models)
                    .containsOnlyKeys("gpt-4.1", "claude-sonnet-4.5", "gemini-2.5-flash", "deepseek-v3.2", "bge-m3");
            assertThat(models.values()).allSatisfy(model -> {
                assertThat(model.getState()).isEqualTo(ModelState.MODEL_STATE_UNAVAILABLE);
                assertThat(model.getStateDetail()).contains("HOLYSHEEP_API_KEY");
            });
            try (InferenceCall call = InferenceCall.begin(
                            relay.channel(), Prompts.cleared("gpt-4.1").build(), Duration.ofSeconds(20))
                    .finish()) {
                assertThat(call.fault()).map(Fault::reason).contains("PROVIDER_KEY_REFUSED");
                assertThat(call.hadHeaders()).isFalse();
            }
        }
    }

    @Test
    void withAKeyHolySheepsModelsAreThereWithTheirAliases() {
        try (RelayUnderTest relay = RelayUnderTest.start(home, Map.of("HOLYSHEEP_API_KEY", "hs_x"), Map.of())) {
            Map<String, Model> models = models(relay);

            assertThat(relay.healthLine()).isEqualTo("holysheep: 5 models");
            assertThat(model(models, "gpt-4.1").getAliasesList()).containsExactly("gpt-4");
            assertThat(model(models, "claude-sonnet-4.5").getAliasesList())
                    .containsExactly("claude-3", "claude-3-sonnet");
            assertThat(model(models, "gemini-2.5-flash").getAliasesList()).containsExactly("gemini-pro");
            assertThat(model(models, "bge-m3").getCapabilities().getEmbeddings())
                    .isTrue();
            assertThat(model(models, "bge-m3").getCapabilities().getChat()).isFalse();
            assertThat(model(models, "gpt-4.1").getContextLength()).isEqualTo(1_047_576);
        }
    }

    @Test
    void cloudOfTheFlagStandsBeforeTheOthers() {
        try (FakeCloud cloud = FakeCloud.start().publish("gpt-4.1", "own-model");
                RelayUnderTest relay = RelayUnderTest.start(
                        home,
                        Map.of(),
                        Map.of("cloud-relay.base-url", cloud.base().toString()))) {
            // A start waits for a list for a second; on a busy machine it may come later.
            Map<String, Model> models = await().atMost(Duration.ofSeconds(30))
                    .until(() -> models(relay), all -> all.containsKey("own-model"));

            assertThat(model(models, "gpt-4.1").getEngine()).isEqualTo("cloud");
            assertThat(model(models, "gpt-4.1").getState()).isEqualTo(ModelState.MODEL_STATE_LOADED);
            assertThat(model(models, "gpt-4.1").getAliasesList()).containsExactly("gpt-4");
            assertThat(model(models, "holysheep/gpt-4.1").getState()).isEqualTo(ModelState.MODEL_STATE_UNAVAILABLE);
            assertThat(models).containsKey("own-model");
            assertThat(cloud.attempts())
                    .allSatisfy(attempt ->
                            assertThat(attempt.header("authorization")).isEmpty());
        }
    }

    @Test
    void deadProviderHoldsUpNothing() {
        long begin = System.nanoTime();
        try (RelayUnderTest relay =
                RelayUnderTest.start(home, Map.of(), Map.of("cloud-relay.base-url", "http://127.0.0.1:1/v1"))) {
            assertThat(relay.healthLine()).contains("cloud: 0 models", "127.0.0.1:1");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void baseUrlWithoutItsPathIsToldAtTheStart() {
        try (FakeCloud cloud = FakeCloud.start();
                RelayUnderTest relay = RelayUnderTest.start(
                        home,
                        Map.of(),
                        Map.of("cloud-relay.base-url", cloud.base().resolve("/").toString()))) {
            assertThat(relay.healthLine())
                    .isEqualTo(
                            "cloud: 0 models (its list of models answered 404: check base-url, it has no path, and most"
                                    + " need /v1)");
        }
    }

    @Test
    void modelOfTheFlagIsTakenAtItsWord() {
        try (RelayUnderTest relay = RelayUnderTest.start(
                home,
                Map.of(),
                Map.of("cloud-relay.base-url", "http://127.0.0.1:1/v1", "cloud-relay.model", "my-model"))) {
            assertThat(model(models(relay), "my-model").getState()).isEqualTo(ModelState.MODEL_STATE_LOADED);
        }
    }

    @Test
    void severalProvidersComeFromTheFile() throws IOException {
        Files.writeString(home.resolve("config.yml"), """
                cloud-relay:
                  providers:
                    acme:
                      base-url: http://127.0.0.1:2/v1
                      auth: none
                      dropped-parameters: [seed, logit_bias]
                      patience:
                        between-tokens: 5s
                      models:
                        - id: acme-large
                          aliases: large
                          context-length: 4096
                          capabilities: chat
                        - id: gpt-4.1
                """);

        try (RelayUnderTest relay = RelayUnderTest.start(home, Map.of("HOLYSHEEP_API_KEY", "hs_x"), Map.of())) {
            Map<String, Model> models = models(relay);

            assertThat(relay.healthLine()).isEqualTo("acme: 2 models; holysheep: 5 models");
            assertThat(model(models, "acme-large").getContextLength()).isEqualTo(4_096);
            assertThat(model(models, "acme-large").getCapabilities().getTools()).isFalse();
            assertThat(model(models, "gpt-4.1").getEngine()).isEqualTo("acme");
            assertThat(models).containsKey("holysheep/gpt-4.1");
        }
    }

    @Test
    void misspeltKeyStopsTheStart() throws IOException {
        Files.writeString(home.resolve("config.yml"), "cloud-relay:\n  retry:\n    tries-maks: 2\n");

        assertThatThrownBy(() -> RelayUnderTest.start(home, Map.of(), Map.of()))
                .isInstanceOf(ConfigurationFault.class)
                .hasMessageContaining("tries-max");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nope", "127.0.0.1:8000/v1", "ftp://127.0.0.1/v1", "http:///v1"})
    void baseUrlThatIsNoAddressIsToldBeforeAnythingStarts(String url) {
        ServiceSettings settings = ServiceSettings.of(new Home(home)).with("cloud-relay.base-url", url);

        assertThat(new CloudRelayApplication(Map.of()).mistakes(settings))
                .containsExactly("cloud-relay.base-url: \"" + url + "\" is no address of a provider (expected: one such"
                        + " as https://api.example.com/v1)   in a flag");
    }

    @Test
    void passwordInABaseUrlIsNotRepeated() {
        ServiceSettings settings =
                ServiceSettings.of(new Home(home)).with("cloud-relay.base-url", "https://me:canary@api.example.com/v1");

        assertThat(new CloudRelayApplication(Map.of()).mistakes(settings))
                .singleElement()
                .asString()
                .contains("with a user or password")
                .doesNotContain("canary");
    }

    @Test
    void providersOfTheFileAreCheckedBeforeAnythingStartsToo() throws IOException {
        Files.writeString(home.resolve("config.yml"), """
                cloud-relay:
                  providers:
                    acme:
                      base-url: https://api.acme.example/v1
                      auth: basic
                """);

        assertThat(new CloudRelayApplication(Map.of()).mistakes(ServiceSettings.of(new Home(home))))
                .singleElement()
                .asString()
                .startsWith("cloud-relay.providers.acme.auth: \"basic\" (expected: bearer, api-key or none)")
                .endsWith("config.yml line 5");
    }

    @Test
    void everyMistakeOfEveryProviderIsToldAtOnceWithItsLine() throws IOException {
        Path file = Files.writeString(home.resolve("config.yml"), """
                cloud-relay:
                  providers:
                    acme:
                      base-url: nope
                      auth: basic
                      key: file:/nowhere/key
                      models:
                        - id: acme-large
                          capabilities: chat, singing
                        - aliases: large
                    other:
                      auth: none
                """);

        assertThat(new CloudRelayApplication(Map.of()).mistakes(ServiceSettings.of(new Home(home))))
                .containsExactly(
                        "cloud-relay.providers.acme.base-url: \"nope\" is no address of a provider (expected: one such"
                                + " as https://api.example.com/v1)   in " + file + " line 4",
                        "cloud-relay.providers.acme.auth: \"basic\" (expected: bearer, api-key or none)   in " + file
                                + " line 5",
                        "cloud-relay.providers.acme.key: /nowhere/key cannot be read (expected: a file with the secret"
                                + " alone)   in " + file + " line 6",
                        "cloud-relay.providers.acme.models[0].capabilities: [singing] (expected: some of chat, tools,"
                                + " images, json-schema, embeddings, seed, multiple-choices, logprobs)   in " + file
                                + " line 9",
                        "cloud-relay.providers.acme.models[1]: a model without id (expected: id: NAME)   in " + file
                                + " line 10",
                        "cloud-relay.providers.other.base-url: missing (expected: an address such as"
                                + " https://api.example.com/v1)   in " + file + " line 12");
    }

    @Test
    void providersThatCanBeAskedPass() {
        ServiceSettings settings = ServiceSettings.of(new Home(home))
                .with("cloud-relay.base-url", "http://[::1]:8080/v1?a=b")
                .with("cloud-relay.model", "m");

        assertThat(new CloudRelayApplication(Map.of()).mistakes(settings)).isEmpty();
    }

    @Test
    void keyInConfigurationIsRefusedWithoutRepeatingIt() throws IOException {
        Files.writeString(
                home.resolve("config.yml"), "cloud-relay:\n  providers:\n    holysheep:\n      key: hs_canary_9\n");

        assertThatThrownBy(() -> RelayUnderTest.start(home, Map.of(), Map.of())).satisfies(failure -> {
            StringBuilder texts = new StringBuilder();
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                texts.append(cause.getMessage());
            }
            assertThat(texts.toString()).contains("env:NAME").doesNotContain("hs_canary_9");
        });
    }

    @Test
    void capacityIsToldWithoutAnyCall() {
        try (RelayUnderTest relay = RelayUnderTest.start(home, Map.of(), Map.of("cloud-relay.calls-max", "7"))) {
            var capacity = InferenceServiceGrpc.newBlockingStub(relay.channel())
                    .getCapacity(GetCapacityRequest.getDefaultInstance());

            assertThat(List.of(capacity.getSlotsTotal(), capacity.getSlotsBusy()))
                    .containsExactly(7, 0);
            assertThat(capacity.hasQuotaRequestsLeft()).isFalse();
        }
    }
}
