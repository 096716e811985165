package dev.millrace.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a copy of the starter model that never ends an answer by itself, so that callers can leave in the middle of long
 * ones: the token that ends an answer is another one in it, and its window is longer than it was trained for.
 *
 * <p>Arguments: the GGUF file, and the one to write.
 */
public final class EndlessModel {
    private static final String ENDS = "<|im_end|>";
    /** As long, and no name by which an engine knows an end. */
    private static final String GOES_ON = "<|im_and|>";

    private static final List<String> END_IDS = List.of("tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id");
    private static final int UNUSED_TOKEN = 0;
    private static final String WINDOW = "llama.context_length";
    private static final int WINDOW_TOKENS = 4_096;
    private static final int TYPE_UINT32 = 4;

    private final ByteBuffer bytes;

    private EndlessModel(byte[] file) {
        this.bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    public static void main(String[] arguments) throws IOException {
        EndlessModel model = new EndlessModel(Files.readAllBytes(Path.of(arguments[0])));
        for (int at : model.places(ENDS)) {
            model.bytes.put(at, GOES_ON.getBytes(StandardCharsets.US_ASCII));
        }
        END_IDS.forEach(key -> model.set(key, UNUSED_TOKEN));
        model.set(WINDOW, WINDOW_TOKENS);
        Files.write(Path.of(arguments[1]), model.bytes.array());
    }

    /** Sets a value of the header, which is the key, a type, and four bytes. */
    private void set(String key, int value) {
        for (int at : places(key)) {
            int type = at + key.length();
            if (bytes.getInt(type) == TYPE_UINT32) {
                bytes.putInt(type + Integer.BYTES, value);
                return;
            }
        }
        throw new IllegalArgumentException("no " + key + " in this file (expected: a model of the llama architecture)");
    }

    private List<Integer> places(String text) {
        byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
        List<Integer> found = new ArrayList<>();
        for (int at = 0; at + wanted.length <= bytes.capacity(); at++) {
            if (ByteBuffer.wrap(wanted).equals(bytes.slice(at, wanted.length))) {
                found.add(at);
            }
        }
        return found;
    }
}
