package dev.millrace.gateway.openai;

import dev.millrace.gateway.TurnFault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Puts the log probabilities of an answer's pieces together. */
final class Logprobs {

    private Logprobs() {}

    /**
     * One object with the lists {@code content} and {@code refusal} of all pieces; the text {@code null} for none, and for
     * pieces that cannot be read: the answer is charged by now, and must not be lost for its ornaments.
     */
    static String join(List<String> pieces) {
        if (pieces.size() <= 1) {
            return pieces.isEmpty() ? "null" : pieces.getFirst();
        }
        try {
            return joined(pieces);
        } catch (TurnFault unreadable) {
            return "null";
        }
    }

    private static String joined(List<String> pieces) {
        List<String> content = new ArrayList<>();
        List<String> refusal = new ArrayList<>();
        for (String piece : pieces) {
            JsonIn.read(piece.getBytes(StandardCharsets.UTF_8), (name, in) -> {
                if (in.isList() && (name.equals("content") || name.equals("refusal"))) {
                    List<String> list = name.equals("content") ? content : refusal;
                    in.elements(element -> list.add(element.raw()));
                } else {
                    in.skip();
                }
            });
        }
        return "{\"content\":" + list(content) + ",\"refusal\":" + list(refusal) + "}";
    }

    private static String list(List<String> values) {
        return values.isEmpty() ? "null" : values.stream().collect(Collectors.joining(",", "[", "]"));
    }
}
