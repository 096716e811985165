package dev.millrace.classifier.app;

import dev.millrace.classifier.Prompt;
import dev.millrace.classifier.PromptJudge;
import dev.millrace.rpc.Channels;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc.ClassifierServiceBlockingStub;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Judges some prompts before the first caller does, so that the first calls do not pay for cold code. */
final class WarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int ROUNDS = 60;
    private static final int DOOR_ROUNDS = 60;
    /** A slow machine is not kept from its start for longer. */
    private static final Duration DOOR_MAX = Duration.ofSeconds(5);
    /** Of which a quarter is what the embedding may take. */
    private static final Duration EMBEDDING_LOADS = Duration.ofSeconds(40);

    /** The embedding is left alone: it is loaded when somebody needs it. */
    private static final Duration NO_PATIENCE = Duration.ZERO;

    /** Enough to begin with loading it, too little to wait for that. */
    private static final Duration LITTLE_PATIENCE = Duration.ofMillis(1);

    private static final List<String> PROMPTS = List.of(
            "What are your opening hours?",
            "Compare two ways to sort a list of 1,000,000 numbers, and prove which of them needs fewer comparisons.",
            "Schreibe eine kurze Antwort an kunde@example.com und nenne die Rückrufnummer 030 1234567.",
            "def total(values):\n    return sum(value for value in values if value > 0)\n\nWhy does it return 0 for []?");

    private WarmUp() {}

    /** Begins to load the embedding, on its own thread, and does not wait for it. */
    static void begin(PromptJudge judge) {
        judge.judge(Prompt.of(PROMPTS.getFirst()), LITTLE_PATIENCE);
    }

    /** Judges until the code is warm enough; takes some hundred milliseconds. */
    static void run(PromptJudge judge) {
        for (int round = 0; round < ROUNDS; round++) {
            for (String prompt : PROMPTS) {
                judge.judge(Prompt.of(prompt), NO_PATIENCE);
            }
        }
    }

    /**
     * The same through a door that others reach over the network, and once with the embedding: an instance that joins others under
     * load gets its share of their calls at once, and each of them has little time.
     */
    static void through(int port) {
        ManagedChannel channel = Channels.open("tcp://127.0.0.1:" + port);
        try {
            ClassifierServiceBlockingStub classifier = ClassifierServiceGrpc.newBlockingStub(channel);
            long end = System.nanoTime() + DOOR_MAX.toNanos();
            for (int round = 0; round < DOOR_ROUNDS && System.nanoTime() < end; round++) {
                for (String prompt : PROMPTS) {
                    var _ = classifier
                            .withDeadlineAfter(round == 0 ? EMBEDDING_LOADS : DOOR_MAX)
                            .classifyPrompt(ClassifyPromptRequest.newBuilder()
                                    .setText(prompt)
                                    // A request that came before is not judged again.
                                    .setHistoryTurns(round)
                                    .build());
                }
            }
        } catch (StatusRuntimeException failure) {
            LOG.atWarn().log("not warmed up through its door: {}", failure.getMessage());
        } finally {
            channel.shutdownNow();
        }
    }
}
