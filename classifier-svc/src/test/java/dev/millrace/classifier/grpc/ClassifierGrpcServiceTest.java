package dev.millrace.classifier.grpc;

import dev.millrace.classifier.Embedder;
import dev.millrace.classifier.Meaning;
import dev.millrace.classifier.PromptJudge;
import dev.millrace.classifier.SensitivityReport;
import dev.millrace.classifier.SensitivityScanner;
import dev.millrace.classifier.intent.GramIntentModel;
import dev.millrace.classifier.language.ScriptAndWordsDetector;
import dev.millrace.classifier.score.RouterScorer;
import dev.millrace.classifier.sensitivity.LinearScanner;
import dev.millrace.classifier.tokens.CalibratedEstimator;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc.ClassifierServiceBlockingStub;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.classifier.v1.Finding;
import dev.millrace.schema.classifier.v1.Signal;
import dev.millrace.schema.classifier.v1.TaskType;
import dev.millrace.schema.classifier.v1.TierCutoffs;
import dev.millrace.schema.classifier.v1.Verdict;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Image;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.Sensitivity;
import dev.millrace.schema.completion.v1.ToolCall;
import dev.millrace.testing.GrpcExtension;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

class ClassifierGrpcServiceTest {

    private static final PromptJudge JUDGE = judge(Embedder.NONE);
    private static final PromptJudge EMBEDDING_JUDGE = judge(new UnitEmbedder());

    @RegisterExtension
    final GrpcExtension grpc = new GrpcExtension();

    private static PromptJudge judge(Embedder embedder) {
        return judge(new LinearScanner(), embedder);
    }

    private static PromptJudge judge(SensitivityScanner scanner, Embedder embedder) {
        return new PromptJudge(
                RouterScorer.load(),
                scanner,
                new GramIntentModel(),
                new ScriptAndWordsDetector(),
                new CalibratedEstimator(),
                embedder);
    }

    @Test
    void judgesAPlainTextInFull() {
        Verdict verdict = classify(
                ClassifyPromptRequest.newBuilder().setText("Prove that there are infinitely many primes, two ways"));

        assertThat(verdict.getScore()).isBetween(0.5, 1.0);
        assertThat(verdict.getConfidence()).isBetween(0.0, 1.0);
        assertThat(verdict.getIntent()).isEqualTo("out_of_scope");
        assertThat(verdict.getTask()).isEqualTo(TaskType.TASK_TYPE_REASONING);
        assertThat(verdict.getLanguage()).isEqualTo("en");
        assertThat(verdict.getEstimatedInputTokens()).isBetween(12L, 24L);
        assertThat(verdict.getSensitivity()).isEqualTo(Sensitivity.SENSITIVITY_PUBLIC);
        assertThat(verdict.getModelVersion()).isEqualTo("router-head-v4+intent-grams-v1+intent-meaning-v3");
        assertThat(verdict.getSignalsList()).isNotEmpty().hasSizeLessThanOrEqualTo(8);
        assertThat(verdict.getHasUnscannedParts()).isFalse();
    }

    @Test
    void quotesWordsOnlyWhenAsked() {
        ClassifyPromptRequest.Builder request =
                ClassifyPromptRequest.newBuilder().setText("Prove Fermat's theorem");

        assertThat(classify(request).getSignalsList())
                .extracting(Signal::getQuote)
                .containsOnly("");
        assertThat(classify(request.setQuoteWords(true)).getSignalsList())
                .extracting(Signal::getQuote)
                .anySatisfy(quote -> assertThat(quote).contains("prove"));
    }

    @Test
    void judgesTheNewestQuestionButScansTheWholeConversation() {
        Verdict verdict = classify(ClassifyPromptRequest.newBuilder()
                .addMessages(
                        message(Role.ROLE_SYSTEM, "You are a mathematician who proves every theorem by induction."))
                .addMessages(message(Role.ROLE_USER, "My card is 4111 1111 1111 1111."))
                .addMessages(message(Role.ROLE_ASSISTANT, "Noted."))
                .addMessages(message(Role.ROLE_USER, "Bonjour, comment ça va ?")));

        assertThat(verdict.getLanguage()).isEqualTo("fr");
        assertThat(verdict.getSensitivity()).isEqualTo(Sensitivity.SENSITIVITY_SENSITIVE);
        assertThat(verdict.getFindingsList())
                .containsExactly(Finding.newBuilder()
                        .setKind("payment_card")
                        .setRule("luhn_16")
                        .setCount(1)
                        .setSensitivity(Sensitivity.SENSITIVITY_SENSITIVE)
                        .build());
    }

    @Test
    void countsEarlierTurnsWhetherSentOrOnlyTold() {
        double alone = classify(ClassifyPromptRequest.newBuilder().setText("And then?"))
                .getScore();
        double told = classify(
                        ClassifyPromptRequest.newBuilder().setText("And then?").setHistoryTurns(2))
                .getScore();
        double sent = classify(ClassifyPromptRequest.newBuilder()
                        .addMessages(message(Role.ROLE_USER, "First?"))
                        .addMessages(message(Role.ROLE_ASSISTANT, "Yes."))
                        .addMessages(message(Role.ROLE_USER, "Second?"))
                        .addMessages(message(Role.ROLE_ASSISTANT, "Yes."))
                        .addMessages(message(Role.ROLE_USER, "And then?")))
                .getScore();

        assertThat(told).isGreaterThan(alone);
        assertThat(sent).isEqualTo(told);
    }

    @Test
    void scansToolArgumentsAndNamesWhatItCouldNotScan() {
        Verdict verdict = classify(ClassifyPromptRequest.newBuilder()
                .addMessages(Message.newBuilder()
                        .setRole(Role.ROLE_ASSISTANT)
                        .addToolCalls(
                                ToolCall.newBuilder().setName("pay").setArguments("{\"pan\":\"4111111111111111\"}")))
                .addMessages(Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder()
                                .setImage(Image.newBuilder().setUrl("https://example.com/x")))));

        assertThat(verdict.getSensitivity()).isEqualTo(Sensitivity.SENSITIVITY_SENSITIVE);
        assertThat(verdict.getHasUnscannedParts()).isTrue();
    }

    @Test
    void refusesAPromptWithoutText() {
        Fault fault = refused(ClassifyPromptRequest.newBuilder().addMessages(message(Role.ROLE_USER, " \n")));

        assertThat(fault.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(fault.reason()).isEqualTo("PROMPT_EMPTY");
        assertThat(fault.domain()).isEqualTo("classifier.millrace.dev");
    }

    @Test
    void refusesMoreThanEightMebibytesOverTheWire() {
        String text = "word ".repeat((8 << 20) / 5 + 1);
        ClassifyPromptRequest request =
                ClassifyPromptRequest.newBuilder().setText(text).build();
        ClassifierServiceBlockingStub stub =
                ClassifierServiceGrpc.newBlockingStub(grpc.tcp(new ClassifierGrpcService(JUDGE)));

        Fault fault = Fault.of(catchThrowable(() -> stub.classifyPrompt(request)));

        assertThat(fault.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(fault.reason()).isEqualTo("REQUEST_TOO_LARGE");
        assertThat(fault.metadata())
                .containsEntry("limit_bytes", "8388608")
                .containsEntry("size_bytes", String.valueOf(request.getSerializedSize()));
    }

    @Test
    void judgesThreeMebibytesOverTheWire() {
        String text = "The quick brown fox jumps over the lazy dog. ".repeat((3 << 20) / 45) + "ada@example.com";
        ClassifierServiceBlockingStub stub =
                ClassifierServiceGrpc.newBlockingStub(grpc.tcp(new ClassifierGrpcService(JUDGE)));

        Verdict verdict = stub.classifyPrompt(
                        ClassifyPromptRequest.newBuilder().setText(text).build())
                .getVerdict();

        assertThat(verdict.getSensitivity()).isEqualTo(Sensitivity.SENSITIVITY_INTERNAL);
        assertThat(verdict.getEstimatedInputTokens()).isBetween(600_000L, 800_000L);
    }

    @Test
    void embedsForWhoeverNamesNoCutoffsAndSaysSo() {
        ClassifyPromptRequest.Builder request =
                ClassifyPromptRequest.newBuilder().setText("What are your opening hours?");

        assertThat(classify(EMBEDDING_JUDGE, request).getModelVersion()).endsWith("+unit");
        assertThat(classify(
                                EMBEDDING_JUDGE,
                                request.setActsOn(TierCutoffs.newBuilder().addCutoffs(0.9)))
                        .getModelVersion())
                .isEqualTo(EMBEDDING_JUDGE.version());
    }

    @Test
    void judgesAPromptThatComesAgainOnce() {
        CountingScanner scanner = new CountingScanner();
        var service = new ClassifierGrpcService(judge(scanner, Embedder.NONE));
        ClassifyPromptRequest.Builder request =
                ClassifyPromptRequest.newBuilder().setText("My card is 4111 1111 1111 1111.");

        Verdict first = classify(service, request);

        assertThat(classify(service, request)).isEqualTo(first);
        assertThat(scanner.scans).isEqualTo(1);
        assertThat(classify(service, request.setHistoryTurns(3)).getScore()).isNotEqualTo(first.getScore());
        assertThat(scanner.scans).isEqualTo(2);
    }

    @Test
    void keepsNoVerdictThatQuotesWords() {
        CountingScanner scanner = new CountingScanner();
        var service = new ClassifierGrpcService(judge(scanner, Embedder.NONE));
        ClassifyPromptRequest.Builder request =
                ClassifyPromptRequest.newBuilder().setText("Prove it").setQuoteWords(true);

        assertThat(classify(service, request)).isEqualTo(classify(service, request));

        assertThat(scanner.scans).isEqualTo(2);
    }

    @Test
    void judgesAgainWhatMissedItsEmbedding() {
        UnitEmbedder embedder = new UnitEmbedder();
        var service = new ClassifierGrpcService(judge(new LinearScanner(), embedder));
        ClassifyPromptRequest.Builder request =
                ClassifyPromptRequest.newBuilder().setText("What are your opening hours?");
        embedder.away = true;
        Verdict without = classify(service, request);
        embedder.away = false;

        assertThat(without.getModelVersion()).doesNotContain("unit");
        assertThat(classify(service, request).getModelVersion()).endsWith("+unit");
    }

    private Verdict classify(ClassifyPromptRequest.Builder request) {
        return classify(JUDGE, request);
    }

    private Verdict classify(PromptJudge judge, ClassifyPromptRequest.Builder request) {
        return classify(new ClassifierGrpcService(judge), request);
    }

    private Verdict classify(ClassifierGrpcService service, ClassifyPromptRequest.Builder request) {
        return ClassifierServiceGrpc.newBlockingStub(grpc.inProcess(service))
                .classifyPrompt(request.build())
                .getVerdict();
    }

    private static final class CountingScanner implements SensitivityScanner {
        private final SensitivityScanner scanner = new LinearScanner();
        private int scans;

        @Override
        public SensitivityReport scan(List<String> texts) {
            scans++;
            return scanner.scan(texts);
        }
    }

    /** Gives every question the same meaning, or none. */
    private static final class UnitEmbedder implements Embedder {
        private boolean away;

        @Override
        public Meaning meaningOf(String question, Duration patience) {
            float[] vector = new float[384];
            vector[0] = 1;
            return () -> away ? Optional.empty() : Optional.of(vector);
        }

        @Override
        public String version() {
            return "unit";
        }
    }

    private Fault refused(ClassifyPromptRequest.Builder request) {
        return Fault.of(catchThrowable(() -> classify(request)));
    }

    private static Message message(Role role, String text) {
        return Message.newBuilder()
                .setRole(role)
                .addParts(ContentPart.newBuilder().setText(text))
                .build();
    }
}
