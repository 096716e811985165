package dev.millrace.relay.openai;

import dev.millrace.schema.completion.v1.Delta;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much text a stream has given for each choice. Some providers repeat the whole message at the end of its pieces, others
 * send nothing but the whole message: the one is no news, the other is the answer. Kept for one stream.
 */
final class TextSoFar {
    private final Map<Integer, long[]> chars = new HashMap<>(2);

    void add(int choice, List<Delta.Builder> pieces) {
        if (!pieces.isEmpty()) {
            chars.computeIfAbsent(choice, first -> new long[1])[0] += length(pieces);
        }
    }

    boolean isEmpty(int choice) {
        return !chars.containsKey(choice);
    }

    /** Whether a whole message has no more text than its pieces had; some providers trim it. */
    boolean covers(int choice, List<Delta.Builder> message) {
        long[] given = chars.get(choice);
        return length(message) <= (given == null ? 0 : given[0]);
    }

    private static long length(List<Delta.Builder> pieces) {
        long length = 0;
        for (Delta.Builder piece : pieces) {
            length += piece.getText().length();
        }
        return length;
    }
}
