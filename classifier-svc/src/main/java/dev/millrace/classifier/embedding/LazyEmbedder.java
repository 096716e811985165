package dev.millrace.classifier.embedding;

import ai.onnxruntime.OrtException;
import dev.millrace.classifier.Embedder;
import dev.millrace.classifier.LatestByText;
import dev.millrace.classifier.Meaning;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedder in use: loads its model when it is first asked, and answers nothing rather than late.
 *
 * <p>Native code runs on one platform thread. Who has no patience at all does not even make it load; until the model is there
 * only the very patient wait for it; then a caller waits its turn no longer than its patience. The vectors of the latest questions
 * are remembered, so that a question that comes again costs nothing.
 */
public final class LazyEmbedder implements Embedder, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LazyEmbedder.class);

    /** Who has less time than this, as a turn has, does not wait for the model to load, nor in a long queue. */
    private static final Duration PATIENT_FROM = Duration.ofSeconds(2);

    /** So many questions may wait at once where somebody waits for an answer; a longer queue would be late for all of them. */
    private static final int WAITING_MAX = 8;

    /** Who is patient may wait behind one more for each such part of its patience, so that its score is always the whole one. */
    private static final Duration PATIENCE_A_QUESTION = Duration.ofMillis(10);

    /** Some megabytes when full. */
    private static final int VECTORS_MAX = 1_000;

    private final Callable<? extends Model> loader;
    private final LatestByText<float[]> latest = new LatestByText<>(VECTORS_MAX);
    private final AtomicInteger waiting = new AtomicInteger();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("question-embedder").factory());
    private final Object loadingLock = new Object();
    private Optional<Future<? extends Model>> loading = Optional.empty();

    LazyEmbedder(Callable<? extends Model> loader) {
        this.loader = loader;
    }

    /**
     * Returns the embedder with the model that ships with the service.
     *
     * @param cache where native libraries are unpacked, once for all starts
     */
    public static LazyEmbedder ofShippedModel(Path cache) {
        return new LazyEmbedder(() -> NativeModel.load(cache));
    }

    @Override
    public Meaning meaningOf(String question, Duration patience) {
        return new OnceMeaning(() -> vectorOf(question, patience));
    }

    @Override
    public String version() {
        return SentenceModel.VERSION;
    }

    private Optional<float[]> vectorOf(String question, Duration patience) {
        if (!patience.isPositive()) {
            return Optional.empty();
        }
        long end = System.nanoTime() + patience.toNanos();
        try {
            Future<? extends Model> model = loading();
            if (!model.isDone() && !isPatient(patience)) {
                return Optional.empty();
            }
            return embed(await(model, end), question, waitingMax(patience), end);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (TimeoutException | ExecutionException | RejectedExecutionException absent) {
            return Optional.empty();
        }
    }

    /** Begins to load at the first call. */
    private Future<? extends Model> loading() {
        synchronized (loadingLock) {
            if (loading.isEmpty()) {
                loading = Optional.of(thread.submit(this::load));
            }
            return loading.get();
        }
    }

    private Model load() throws Exception {
        long begin = System.nanoTime();
        try {
            Model model = loader.call();
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            LOG.atInfo().addKeyValue("millis", millis).log("loaded the model that embeds questions");
            return model;
        } catch (Exception | LinkageError broken) {
            LOG.atWarn()
                    .setCause(broken)
                    .log("questions are judged without embedding: its model cannot be loaded here");
            throw broken;
        }
    }

    private Optional<float[]> embed(Model model, String question, long waitingMax, long end)
            throws InterruptedException, TimeoutException, ExecutionException {
        String read = question.substring(0, Math.min(question.length(), SentenceModel.CHARS_READ_MAX));
        LatestByText<float[]>.Entry entry = latest.of(read.getBytes(StandardCharsets.UTF_8));
        Optional<float[]> known = entry.value();
        if (known.isPresent()) {
            return known;
        }
        if (waiting.incrementAndGet() > waitingMax) {
            waiting.decrementAndGet();
            return Optional.empty();
        }
        Future<float[]> result = thread.submit(() -> model.embed(model.pieces(read)));
        try {
            float[] vector = await(result, end);
            entry.keep(vector);
            return Optional.of(vector);
        } finally {
            result.cancel(false);
            waiting.decrementAndGet();
        }
    }

    private static long waitingMax(Duration patience) {
        return isPatient(patience) ? patience.dividedBy(PATIENCE_A_QUESTION) : WAITING_MAX;
    }

    private static boolean isPatient(Duration patience) {
        return patience.compareTo(PATIENT_FROM) >= 0;
    }

    private static <T> T await(Future<T> future, long end)
            throws InterruptedException, TimeoutException, ExecutionException {
        return future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** A sentence model; {@link #embed} is called from one thread. */
    interface Model {
        long[] pieces(String question);

        float[] embed(long[] pieces) throws OrtException;
    }

    /** The shipped model. */
    private record NativeModel(SentenceModel model) implements Model {

        static NativeModel load(Path cache) throws IOException, OrtException {
            return new NativeModel(SentenceModel.load(cache));
        }

        @Override
        public long[] pieces(String question) {
            return model.pieces(question);
        }

        @Override
        public float[] embed(long[] pieces) throws OrtException {
            return model.embed(pieces);
        }
    }
}
