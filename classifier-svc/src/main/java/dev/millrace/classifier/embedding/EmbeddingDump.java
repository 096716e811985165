package dev.millrace.classifier.embedding;

import ai.onnxruntime.OrtException;
import dev.millrace.classifier.PlainText;
import dev.millrace.classifier.TrainingRow;
import java.io.IOException;
import java.nio.file.Path;

/** Prints the vector of each {@link TrainingRow}. */
public final class EmbeddingDump {

    private static final Path CACHE = Path.of(System.getProperty("java.io.tmpdir"), "millrace-training");

    private EmbeddingDump() {}

    /** Reads standard input to its end. */
    public static void main(String[] arguments) throws IOException, OrtException {
        try (SentenceModel model = SentenceModel.load(CACHE)) {
            TrainingRow.answerAll(row -> TrainingRow.encoded(model.embed(model.pieces(PlainText.of(row.text())))));
        }
    }
}
