package dev.millrace.classifier.embedding;

import dev.millrace.classifier.Meaning;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LazyEmbedderTest {

    private static final Duration PATIENT = Duration.ofSeconds(60);
    /** What a turn has at most. */
    private static final Duration ALMOST_PATIENT = Duration.ofMillis(1_900);

    private static final Duration SHORT = Duration.ofMillis(50);

    private final AtomicInteger loads = new AtomicInteger();
    private final FakeModel model = new FakeModel();
    private LazyEmbedder embedder = new LazyEmbedder(this::load);

    @AfterEach
    void close() {
        model.gate.countDown();
        embedder.close();
    }

    @Test
    void loadsAtTheFirstQuestionForAMeaningAndOnce() {
        model.gate.countDown();
        Meaning meaning = embedder.meaningOf("hello", PATIENT);
        assertThat(loads).hasValue(0);

        assertThat(meaning.vector()).isPresent();
        assertThat(embedder.meaningOf("world", PATIENT).vector()).isPresent();
        assertThat(loads).hasValue(1);
    }

    @Test
    void whoHasNoPatienceDoesNotMakeItLoad() {
        assertThat(embedder.meaningOf("hello", Duration.ZERO).vector()).isEmpty();

        assertThat(loads).hasValue(0);
    }

    @Test
    void whoHasLittleTimeGetsNothingWhileItLoadsAndAVectorAfterwards() {
        CountDownLatch loaded = new CountDownLatch(1);
        embedder = new LazyEmbedder(() -> {
            loaded.await();
            return load();
        });

        assertThat(embedder.meaningOf("hello", SHORT).vector()).isEmpty();
        loaded.countDown();
        model.gate.countDown();

        assertThat(embedder.meaningOf("hello", PATIENT).vector()).isPresent();
    }

    @Test
    void aSlowModelCostsItsCallerNoMoreThanItsPatience() {
        assertThat(embedder.meaningOf("hello", Duration.ofSeconds(2)).vector()).isEmpty();
    }

    @Test
    void manyPatientCallersAtOnceAllGetTheirVector() throws InterruptedException {
        List<Optional<float[]>> vectors = Collections.synchronizedList(new ArrayList<>());
        List<Thread> callers = IntStream.range(0, 40)
                .mapToObj(i -> ask("q" + i, PATIENT, vectors))
                .toList();
        awaitSettled(callers);

        model.gate.countDown();
        for (Thread caller : callers) {
            caller.join();
        }

        assertThat(vectors).hasSize(40).allSatisfy(vector -> assertThat(vector).isPresent());
    }

    @Test
    void whoHasLittleTimeDoesNotWaitInALongQueue() throws InterruptedException {
        List<Thread> queue = new ArrayList<>(List.of(ask("first", PATIENT, new ArrayList<>())));
        Awaitility.await().atMost(PATIENT).until(() -> model.begun.get() == 1);
        IntStream.range(0, 7).forEach(i -> queue.add(ask("q" + i, PATIENT, new ArrayList<>())));
        awaitSettled(queue);

        List<Optional<float[]>> answer = Collections.synchronizedList(new ArrayList<>());
        Thread turn = ask("a turn's", ALMOST_PATIENT, answer);
        awaitSettled(List.of(turn));
        model.gate.countDown();
        turn.join();

        assertThat(answer).containsExactly(Optional.empty());
    }

    private Thread ask(String question, Duration patience, List<Optional<float[]>> answers) {
        return Thread.startVirtualThread(
                () -> answers.add(embedder.meaningOf(question, patience).vector()));
    }

    /** Until each waits for its turn, or has ended. */
    private static void awaitSettled(List<Thread> callers) {
        Set<Thread.State> settled = Set.of(Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
        Awaitility.await()
                .atMost(PATIENT)
                .until(() -> callers.stream().map(Thread::getState).allMatch(settled::contains));
    }

    @Test
    void aQuestionThatComesAgainIsRemembered() {
        model.gate.countDown();

        Optional<float[]> first = embedder.meaningOf("hello", PATIENT).vector();
        Optional<float[]> second = embedder.meaningOf("hello", PATIENT).vector();

        assertThat(second).isEqualTo(first);
        assertThat(model.embedded).hasValue(1);
    }

    @Test
    void aMeaningIsWorkedOutOnce() {
        model.gate.countDown();
        Meaning meaning = embedder.meaningOf("hello", PATIENT);

        assertThat(meaning.vector()).isSameAs(meaning.vector());
    }

    @Test
    void aModelThatCannotBeLoadedIsAnAbsentOne() {
        Callable<LazyEmbedder.Model> broken = () -> {
            loads.incrementAndGet();
            throw new IOException("no such file");
        };
        embedder = new LazyEmbedder(broken);

        assertThat(embedder.meaningOf("hello", PATIENT).vector()).isEmpty();
        assertThat(embedder.meaningOf("hello", PATIENT).vector()).isEmpty();
        assertThat(loads).hasValue(1);
    }

    @Test
    void aClosedEmbedderIsAnAbsentOne() {
        embedder.close();

        assertThat(embedder.meaningOf("hello", PATIENT).vector()).isEmpty();
    }

    private LazyEmbedder.Model load() {
        loads.incrementAndGet();
        return model;
    }

    /** Embeds once its gate is open. */
    private static final class FakeModel implements LazyEmbedder.Model {
        private final CountDownLatch gate = new CountDownLatch(1);
        private final AtomicInteger begun = new AtomicInteger();
        private final AtomicInteger embedded = new AtomicInteger();

        @Override
        public long[] pieces(String question) {
            return question.chars().asLongStream().toArray();
        }

        @Override
        public float[] embed(long[] pieces) {
            begun.incrementAndGet();
            try {
                gate.await();
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
            embedded.incrementAndGet();
            return new float[] {pieces.length};
        }
    }
}
