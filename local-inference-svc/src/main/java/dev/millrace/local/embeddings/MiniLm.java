package dev.millrace.local.embeddings;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.millrace.local.Vectors;
import dev.millrace.runtime.NativeOnnx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sentence model all-MiniLM-L6-v2 in memory: 384 components, mean of the pieces' vectors. Not thread-safe. */
final class MiniLm implements AutoCloseable {
    static final int DIMENSIONS = 384;

    private static final String MODEL = "/all-minilm-l6-v2-q.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final WordPieces pieces;

    private MiniLm(OrtEnvironment environment, OrtSession session, WordPieces pieces) {
        this.environment = environment;
        this.session = session;
        this.pieces = pieces;
    }

    /** Takes half a second and a quarter of a gigabyte. */
    static MiniLm load(int threads, Path cache) throws IOException, OrtException {
        NativeOnnx.prepare(cache);
        try (InputStream tokenizer = resource(TOKENIZER);
                InputStream model = resource(MODEL);
                OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            NativeOnnx.removeEmptyFolder();
            return new MiniLm(
                    environment, environment.createSession(model.readAllBytes(), options), WordPieces.read(tokenizer));
        }
    }

    private static InputStream resource(String name) throws IOException {
        @Nullable InputStream in = MiniLm.class.getResourceAsStream(name);
        if (in == null) {
            throw new IOException("the resource " + name + " is missing from the class path");
        }
        return in;
    }

    long[] pieces(String text, int tokensMax) {
        return pieces.cut(text, tokensMax);
    }

    /** The vector of a text, of length one. */
    float[] embed(long[] ids) throws OrtException {
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        try (OnnxTensor input = OnnxTensor.createTensor(environment, new long[][] {ids});
                OnnxTensor mask = OnnxTensor.createTensor(environment, new long[][] {ones});
                OnnxTensor types = OnnxTensor.createTensor(environment, new long[1][ids.length]);
                OrtSession.Result result =
                        session.run(Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", types))) {
            float[][][] hidden = (float[][][]) result.get(0).getValue();
            return Vectors.normalised(mean(hidden[0]), DIMENSIONS);
        }
    }

    private static float[] mean(float[][] rows) {
        float[] mean = new float[DIMENSIONS];
        for (float[] row : rows) {
            for (int i = 0; i < DIMENSIONS; i++) {
                mean[i] += row[i] / rows.length;
            }
        }
        return mean;
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
