package dev.millrace.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc.ClassifierServiceImplBase;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.classifier.v1.ClassifyPromptResponse;
import dev.millrace.schema.classifier.v1.Verdict;
import dev.millrace.schema.gateway.v1.ExplainRouteRequest;
import dev.millrace.schema.gateway.v1.ExplainRouteResponse;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc.GatewayServiceImplBase;
import dev.millrace.schema.gateway.v1.ListModelsRequest;
import dev.millrace.schema.gateway.v1.ListModelsResponse;
import dev.millrace.testing.CapturedOutput;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code policy calibrate}: cut-offs out of labels, or of what was settled. */
final class PolicyCalibrateTest {
    private static final int LABELS = 100;
    private static final String HELP = "expected an object with \"prompt\" (text, not empty), \"weak\" and \"strong\"";

    @TempDir
    Path home;

    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    @RegisterExtension
    final FakeInstance instance = withDecisions(200);

    @Test
    void labelsBecomeACurveAProposalAndWhatItWouldHaveChanged() throws IOException {
        assertThat(run("--labels", labels(LABELS), "--strong-model", "gpt-4.1", "--answer-tokens", "100"))
                .isZero();

        assertThat(output.err()).isEmpty();
        assertThat(output.out())
                .startsWith("100 labels; share of prompts to the stronger model:\n")
                .containsPattern("0 % +- +0.500 +0 % +0.0000\n")
                .containsPattern("50 % +0.5000 +1.000 +100 % +0.4090\n")
                .containsPattern("100 % +0.0000 +1.000 +100 % +0.8180\n")
                .contains("cost: answers of 100 tokens by gpt-4.1 (--answer-tokens, --strong-model)\n")
                .containsPattern("moderate +0.3500 +0.5200\n")
                .containsPattern("complex +0.6500 +0.6000\n")
                .containsPattern("premium +0.9000 +0.7500\n")
                .containsPattern("version +policy-1 +calibrated-[0-9]{8}-[0-9a-f]{4}\n")
                .contains("74 of 200 decisions since 24h would have another tier (37.0 %)")
                .containsPattern("moderate +trivial +34 ")
                .endsWith("nothing was changed; --apply writes the proposal\n");
        assertThat(home.resolve("config.yml")).doesNotExist();
    }

    @Test
    void whereNoModelIsNamedTheCostIsThatOfTheDearestOfACloud() throws IOException {
        assertThat(run("--labels", labels(LABELS))).isZero();

        assertThat(output.out())
                .containsPattern("SHARE +FROM SCORE +QUALITY +RECOVERED +USD A 1000\n")
                .containsPattern("100 % +0.0000 +1.000 +100 % +2.4180\n")
                .contains("cost: answers of 300 tokens by gpt-4.1 (--answer-tokens, --strong-model)\n");
    }

    @Test
    void whereNoCloudModelHasAPriceTheCurveSaysSo() throws IOException {
        try (FakeInstance unpriced =
                new FakeInstance(new WithoutPrices(), new FakeDecisions(200), new ScoreInThePrompt())) {
            assertThat(unpriced.typed("policy calibrate", "--labels", labels(LABELS)))
                    .isZero();
        }

        assertThat(output.out())
                .doesNotContain("USD A 1000")
                .contains("cost: unknown, no cloud model has a price here; millrace price set MODEL gives it one\n");
    }

    @Test
    void appliesToTheHomeOfTheInstanceWhenTold() throws IOException {
        Files.writeString(home.resolve("config.yml"), "billing:\n  # kept\n");
        instance.runIn(home);

        assertThat(FakeInstance.run(
                        "policy", "calibrate", "--home", home.toString(), "--labels", labels(LABELS), "--apply"))
                .isZero();

        assertThat(output.out())
                .containsPattern("calibrated-\\S+ is written to " + home.resolve("config.yml"))
                .contains("millrace down --home " + home, "millrace up --home " + home);
        assertThat(Files.readString(home.resolve("config.yml")))
                .startsWith("billing:\n  # kept\n")
                .containsPattern("version: calibrated-")
                .contains("moderate: 0.52", "complex: 0.6", "premium: 0.75");
    }

    @Test
    void neverAppliesHereWhatWasMeasuredElsewhere() throws IOException {
        assertThat(run("--home", home.toString(), "--labels", labels(LABELS), "--apply"))
                .isEqualTo(2);

        assertThat(output.err())
                .startsWith("error: --apply writes a configuration of this machine, and " + instance.address());
        assertThat(output.out()).isEmpty();
        assertThat(home.resolve("config.yml")).doesNotExist();
    }

    @Test
    void fewerThanFiftyLabelsAreTooFew() throws IOException {
        assertThat(run("--labels", labels(49))).isEqualTo(2);
        assertThat(output.err()).endsWith("labels.jsonl: 49 labels (expected: >= 50)\n");
    }

    @Test
    void fiftyLabelsAreEnough() throws IOException {
        assertThat(run("--labels", labels(50))).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"prompt\": \"\", \"weak\": 0, \"strong\": 1}",
                "{\"prompt\": \" \", \"weak\": 0, \"strong\": 1}",
                "{\"prompt\": {}, \"weak\": 0, \"strong\": 1}",
                "{\"prompt\": \"a\", \"strong\": 1}",
                "{\"prompt\": \"a\", \"weak\": 0, \"strong\": 2}",
                "{\"prompt\": \"a\", \"weak\": \"good\", \"strong\": 1}",
                "[]",
                "not JSON"
            })
    void aLineThatIsNoLabelIsNamed(String line) throws IOException {
        Path file = Path.of(labels(LABELS));
        Files.writeString(file, "\n" + line + "\n" + Files.readString(file));

        assertThat(run("--labels", file.toString())).isEqualTo(2);
        assertThat(output.err()).contains("labels.jsonl line 2: " + HELP);
    }

    @Test
    void aPromptThatTheClassifierRefusesIsNamedByItsLine() throws IOException {
        Path file = Path.of(labels(LABELS));
        Files.writeString(file, Files.readString(file) + "{\"prompt\": \"too large\", \"weak\": 0, \"strong\": 1}\n");

        assertThat(run("--labels", file.toString())).isEqualTo(2);
        assertThat(output.err()).endsWith("labels.jsonl line 101: the request has 9 bytes\n");
    }

    @Test
    void aFileThatIsNotThereIsSaidSo() {
        assertThat(run("--labels", "/nope")).isEqualTo(2);
        assertThat(output.err()).isEqualTo("error: --labels: /nope does not exist (expected: JSON Lines)\n");
    }

    @Test
    void anAnswerHasNoNegativeLength() throws IOException {
        assertThat(run("--labels", labels(LABELS), "--answer-tokens", "-5")).isEqualTo(2);
        assertThat(output.err()).isEqualTo("error: --answer-tokens: -5 (expected: >= 0)\n");
    }

    @Test
    void aModelWithoutAPriceHasNoCost() throws IOException {
        assertThat(run("--labels", labels(LABELS), "--strong-model", "gpt-5")).isEqualTo(2);
        assertThat(output.err()).contains("--strong-model: gpt-5 has no price here");
    }

    @Test
    void whereTheStrongerModelIsNoBetterThereIsNothingToPropose() throws IOException {
        Path file = Path.of(labels(LABELS));
        Files.writeString(file, Files.readString(file).replace("\"weak\": 0", "\"weak\": 1"));

        assertThat(run("--labels", file.toString())).isEqualTo(1);
        assertThat(output.err()).contains("the stronger model is no better (1.000 against 1.000)");
    }

    @Test
    void tooFewDecisionsSayWhatElseToDo() {
        assertThat(run()).isEqualTo(1);
        assertThat(output.err()).contains("200 settled decisions since 24h (expected: >= 1000)", "--labels");
    }

    @Test
    void manyDecisionsMoveEachScoreByASmallStep() {
        try (FakeInstance busy = withDecisions(2_000)) {
            assertThat(busy.typed("policy calibrate")).isZero();
        }

        assertThat(output.out())
                .startsWith("2000 settled decisions since 24h\n")
                .containsPattern("moderate +0.3500 +0.(2999|3000)\n")
                .containsPattern("complex +0.6500 +0.(5999|6000)\n")
                .containsPattern("premium +0.9000 +0.(8499|8500)\n");
    }

    @Test
    void forProgramsACalibrationHasItsCurveBothCutOffsAndTheFileThatItWrote() throws IOException {
        instance.runIn(home);
        String[] asked = {
            "policy",
            "calibrate",
            "--home",
            home.toString(),
            "--labels",
            labels(LABELS),
            "--strong-model",
            "gpt-4.1",
            "--answer-tokens",
            "100",
            "--apply",
            "-o",
            "json"
        };

        assertThat(FakeInstance.run(asked)).isZero();

        JsonObject found = JsonParser.parseString(output.out()).getAsJsonObject();
        assertThat(found.get("labels").getAsInt()).isEqualTo(LABELS);
        assertThat(found.get("strongModel").getAsString()).isEqualTo("gpt-4.1");
        assertThat(found.get("answerTokens").getAsInt()).isEqualTo(100);
        JsonArray curve = found.getAsJsonArray("curve");
        assertThat(curve).hasSize(11);
        assertThat(curve.get(0).getAsJsonObject().has("fromScore")).isFalse();
        assertThat(curve.get(5))
                .isEqualTo(JsonParser.parseString("{\"share\": 0.5, \"fromScore\": 0.5, \"quality\": 1.0,"
                        + " \"recovered\": 1.0, \"nanoUsdPerThousand\": \"409000000\"}"));
        assertThat(found.getAsJsonObject("inForce").get("moderate").getAsDouble())
                .isEqualTo(0.35);
        assertThat(found.getAsJsonObject("proposed").get("moderate").getAsDouble())
                .isEqualTo(0.52);
        assertThat(found.getAsJsonObject("replay").get("changed").getAsInt()).isEqualTo(74);
        assertThat(found.get("writtenTo").getAsString())
                .isEqualTo(home.resolve("config.yml").toString());
        assertThat(Files.readString(home.resolve("config.yml"))).contains("moderate: 0.52");
    }

    @Test
    void forProgramsACalibrationThatKnowsNoPriceAndWritesNothingSaysNeither() throws IOException {
        try (FakeInstance unpriced =
                new FakeInstance(new WithoutPrices(), new FakeDecisions(200), new ScoreInThePrompt())) {
            assertThat(unpriced.typed("policy calibrate", "--labels", labels(LABELS), "-o", "json"))
                    .isZero();
        }

        JsonObject found = JsonParser.parseString(output.out()).getAsJsonObject();
        assertThat(found.has("writtenTo")).isFalse();
        assertThat(found.has("strongModel")).isFalse();
        assertThat(found.getAsJsonArray("curve").get(5).getAsJsonObject().has("nanoUsdPerThousand"))
                .isFalse();
    }

    /** So many prompts whose scores lie evenly between 0 and 1; the stronger model helps on the upper half. */
    private String labels(int count) throws IOException {
        String lines = IntStream.range(0, count)
                .mapToObj(i -> "{\"prompt\": \"" + i / (double) count + "\", \"weak\": " + (2 * i < count ? 1 : 0)
                        + ", \"strong\": 1}\n")
                .collect(Collectors.joining());
        return Files.writeString(home.resolve("labels.jsonl"), lines).toString();
    }

    private static FakeInstance withDecisions(int turns) {
        return new FakeInstance(new FakeGateway(), new FakeDecisions(turns), new ScoreInThePrompt());
    }

    private int run(String... options) {
        return instance.typed("policy calibrate", options);
    }

    /** Has the usual cut-offs, and no model with a price. */
    private static final class WithoutPrices extends GatewayServiceImplBase {
        @Override
        public void explainRoute(ExplainRouteRequest request, StreamObserver<ExplainRouteResponse> caller) {
            new FakeGateway().explainRoute(request, caller);
        }

        @Override
        public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> caller) {
            caller.onNext(ListModelsResponse.getDefaultInstance());
            caller.onCompleted();
        }
    }

    /** Gives a prompt the score that it is. */
    private static final class ScoreInThePrompt extends ClassifierServiceImplBase {
        @Override
        public void classifyPrompt(ClassifyPromptRequest request, StreamObserver<ClassifyPromptResponse> caller) {
            if (request.getText().equals("too large")) {
                caller.onError(Fault.of(
                                Status.Code.INVALID_ARGUMENT,
                                "classifier",
                                "REQUEST_TOO_LARGE",
                                "the request has 9 bytes")
                        .toException());
                return;
            }
            caller.onNext(ClassifyPromptResponse.newBuilder()
                    .setVerdict(Verdict.newBuilder()
                            .setScore(Double.parseDouble(request.getText()))
                            .setEstimatedInputTokens(9))
                    .build());
            caller.onCompleted();
        }
    }
}
