package dev.millrace.classifier.embedding;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.millrace.runtime.NativeOnnx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** The sentence model all-MiniLM-L6-v2 in memory: the mean of its pieces' vectors, of length one. Native; thread-safe. */
final class SentenceModel implements AutoCloseable {

    /** Components of a vector. */
    static final int DIMENSIONS = 384;

    static final String VERSION = "minilm-l6-v2-q";

    private static final String MODEL = "/all-minilm-l6-v2-q.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";

    /** Half of a vector's weight lies in the first pieces; 64 cost 5 ms, all of a long text 20 times that. */
    private static final int PIECES_MAX = 64;

    /** What lies behind so many characters of a question is not looked at. */
    static final int CHARS_READ_MAX = PIECES_MAX * WordPieces.CHARS_A_PIECE_MAX;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final WordPieces pieces;

    private SentenceModel(OrtEnvironment environment, OrtSession session, WordPieces pieces) {
        this.environment = environment;
        this.session = session;
        this.pieces = pieces;
    }

    /** Reads the model that ships with the service; takes about a second and a hundred megabytes and more. */
    static SentenceModel load(Path cache) throws IOException, OrtException {
        NativeOnnx.prepare(cache);
        try (InputStream tokenizer = resource(TOKENIZER);
                InputStream model = resource(MODEL);
                OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            WordPieces pieces = WordPieces.read(tokenizer);
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setCPUArenaAllocator(false);
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            NativeOnnx.removeEmptyFolder();
            return new SentenceModel(environment, environment.createSession(model.readAllBytes(), options), pieces);
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = SentenceModel.class.getResourceAsStream(name);
        if (in == null) {
            throw new IOException("the resource " + name + " is missing from the class path");
        }
        return in;
    }

    /** The pieces of a question, as many as are looked at. */
    long[] pieces(String question) {
        return pieces.of(question, PIECES_MAX);
    }

    /** The vector of a question from its pieces. */
    float[] embed(long[] ids) throws OrtException {
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        try (OnnxTensor input = OnnxTensor.createTensor(environment, new long[][] {ids});
                OnnxTensor mask = OnnxTensor.createTensor(environment, new long[][] {ones});
                OnnxTensor types = OnnxTensor.createTensor(environment, new long[1][ids.length]);
                OrtSession.Result result =
                        session.run(Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", types))) {
            return mean(((OnnxTensor) result.get(0)).getFloatBuffer(), ids.length);
        }
    }

    /** The mean over rows of components, brought to length one; sums are double, so that their order hardly matters. */
    private static float[] mean(FloatBuffer rows, int count) {
        double[] sums = new double[DIMENSIONS];
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < DIMENSIONS; i++) {
                sums[i] += rows.get(row * DIMENSIONS + i);
            }
        }
        double square = 0;
        for (double sum : sums) {
            square += sum * sum;
        }
        double length = Math.max(Math.sqrt(square), 1e-12);
        float[] mean = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            mean[i] = (float) (sums[i] / length);
        }
        return mean;
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
