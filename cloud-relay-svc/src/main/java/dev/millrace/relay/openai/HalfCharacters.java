package dev.millrace.relay.openai;

import dev.millrace.schema.completion.v1.Delta;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Joins characters that a provider cut in two: an emoji is two code units, and some send each in a chunk of its own. The
 * first half is held back until the second comes, because half a character cannot travel. Kept for one stream.
 */
final class HalfCharacters {
    private final Map<Place, String> held = new HashMap<>(2);

    /** The kinds of text in an answer. */
    enum Kind {
        TEXT,
        REASONING,
        REFUSAL;

        Delta.Builder set(Delta.Builder piece, String text) {
            return switch (this) {
                case TEXT -> piece.setText(text);
                case REASONING -> piece.setReasoning(text);
                case REFUSAL -> piece.setRefusal(text);
            };
        }
    }

    /** The piece with what was held before it and without a half at its end; empty when nothing remains. */
    Optional<Delta.Builder> complete(int choice, Delta.Builder piece) {
        return switch (piece.getContentCase()) {
            case TEXT -> complete(new Place(choice, Kind.TEXT), piece, piece.getText());
            case REASONING -> complete(new Place(choice, Kind.REASONING), piece, piece.getReasoning());
            case REFUSAL -> complete(new Place(choice, Kind.REFUSAL), piece, piece.getRefusal());
            case TOOL_CALL, CONTENT_NOT_SET -> Optional.of(piece);
        };
    }

    private Optional<Delta.Builder> complete(Place place, Delta.Builder piece, String text) {
        String before = held.isEmpty() ? null : held.remove(place);
        boolean half = Character.isHighSurrogate(text.charAt(text.length() - 1));
        if (before == null && !half) {
            return Optional.of(piece);
        }
        String whole = before == null ? text : before + text;
        if (half) {
            held.put(place, whole.substring(whole.length() - 1));
            whole = whole.substring(0, whole.length() - 1);
        }
        return whole.isEmpty() ? Optional.empty() : Optional.of(place.kind.set(piece, whole));
    }

    /** What is still held when an answer ends: halves whose other half never came. */
    List<Delta> rest(int choice) {
        List<Delta> rest = new ArrayList<>(0);
        for (Kind kind : Kind.values()) {
            if (held.remove(new Place(choice, kind)) != null) {
                rest.add(kind.set(Delta.newBuilder().setChoiceIndex(choice), "\uFFFD")
                        .build());
            }
        }
        return rest;
    }

    private record Place(int choice, Kind kind) {}
}
