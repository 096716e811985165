package dev.millrace.classifier.embedding;

import ai.onnxruntime.OrtException;
import dev.millrace.classifier.PlainText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/**
 * Prints the vectors of prompts for the training, so that both have one implementation.
 *
 * <p>Reads lines {@code id TAB base64 of the UTF-8 prompt} from standard input; writes {@code id TAB base64 of the components},
 * four bytes each, the highest first.
 */
public final class EmbeddingDump {

    private static final Path CACHE = Path.of(System.getProperty("java.io.tmpdir"), "millrace-training");

    private EmbeddingDump() {}

    /** Reads standard input to its end. */
    public static void main(String[] arguments) throws IOException, OrtException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        try (SentenceModel model = SentenceModel.load(CACHE)) {
            for (String row = in.readLine(); row != null; row = in.readLine()) {
                int tab = row.indexOf('\t');
                byte[] prompt = Base64.getDecoder().decode(row.substring(tab + 1));
                String plain = PlainText.of(new String(prompt, StandardCharsets.UTF_8));
                out.print(row.substring(0, tab) + '\t' + encoded(model.embed(model.pieces(plain))) + '\n');
            }
        }
        out.flush();
    }

    private static String encoded(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * vector.length);
        for (float component : vector) {
            bytes.putFloat(component);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
