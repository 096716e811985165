package dev.millrace.relay.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.relay.UpstreamEvent;
import dev.millrace.relay.UpstreamEvent.Finish;
import dev.millrace.relay.WireFormat.Malformed;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.ToolCallFragment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one chunk of a streamed answer: several answers, text, reasoning, refusals, tool calls, usage, or an error. */
final class ChunkReader {
    private static final int WORD_CHARS_MAX = 64;
    /** Reasons that say that an answer was given up, and not that it is whole. */
    private static final Set<String> GIVEN_UP = Set.of("error", "abort");

    private final HalfCharacters halves;
    private final TextSoFar soFar;
    private final List<Delta> deltas = new ArrayList<>(2);
    private final List<Finish> finishes = new ArrayList<>(1);
    private Optional<TokenUsage> usage = Optional.empty();
    private String model = "";
    private UpstreamEvent.@Nullable Fault fault;

    ChunkReader(HalfCharacters halves, TextSoFar soFar) {
        this.halves = halves;
        this.soFar = soFar;
    }

    /** The object at the parser. */
    UpstreamEvent read(JsonParser parser) throws IOException {
        Json.object(parser, name -> {
            switch (name) {
                case "model" -> model = Json.text(parser);
                case "choices" -> Json.array(parser, () -> choice(parser));
                case "usage" -> usage = UsageReader.read(parser).or(() -> usage);
                case "error" -> {
                    if (parser.currentToken() != JsonToken.VALUE_NULL) {
                        fault = FaultReader.read(parser);
                    }
                }
                default -> parser.skipChildren();
            }
        });
        if (fault != null) {
            return fault;
        }
        return new UpstreamEvent.Chunk(model, withRunningCount(), List.copyOf(finishes), usage);
    }

    private void choice(JsonParser parser) throws IOException {
        Choice choice = new Choice();
        Json.object(parser, name -> {
            switch (name) {
                case "index" -> choice.index = index(parser);
                case "delta" -> Json.object(parser, field -> choice.content(field, parser));
                case "message" -> choice.message(parser);
                case "finish_reason" -> choice.finish = finishWord(parser);
                case "logprobs" -> choice.logprobs = RawValue.text(parser);
                default -> parser.skipChildren();
            }
        });
        choice.emit();
    }

    private static String finishWord(JsonParser parser) throws IOException {
        String word = Json.text(parser);
        return word.length() <= WORD_CHARS_MAX ? word : word.substring(0, WORD_CHARS_MAX);
    }

    private static int index(JsonParser parser) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? Math.max(0, parser.getValueAsInt()) : 0;
    }

    /** A count of output tokens on a chunk of its own is the count up to it. */
    private List<Delta> withRunningCount() {
        if (deltas.isEmpty() || usage.isEmpty() || !usage.get().hasOutputTokens()) {
            return List.copyOf(deltas);
        }
        int last = deltas.size() - 1;
        long count = usage.get().getOutputTokens();
        deltas.set(last, deltas.get(last).toBuilder().setOutputTokens(count).build());
        return List.copyOf(deltas);
    }

    /** One entry of {@code choices}; its fields may come in any order, so that pieces are made at its end. */
    private final class Choice {
        private int index;
        private String finish = "";
        private String logprobs = "";
        private final List<Delta.Builder> pieces = new ArrayList<>(1);
        private final List<Delta.Builder> whole = new ArrayList<>(0);
        private List<Delta.Builder> into = pieces;

        void message(JsonParser parser) throws IOException {
            into = whole;
            Json.object(parser, field -> content(field, parser));
            into = pieces;
        }

        void content(String name, JsonParser parser) throws IOException {
            switch (name) {
                case "content" -> content(parser);
                case "reasoning_content", "reasoning" -> add(Json.text(parser), HalfCharacters.Kind.REASONING);
                case "refusal" -> add(Json.text(parser), HalfCharacters.Kind.REFUSAL);
                case "tool_calls" -> {
                    int[] position = {0};
                    Json.array(parser, () -> toolCall(parser, position[0]++));
                }
                default -> parser.skipChildren();
            }
        }

        /** Text, or a list of parts as some providers send it. */
        private void content(JsonParser parser) throws IOException {
            if (parser.currentToken() == JsonToken.START_ARRAY) {
                Json.array(parser, () -> part(parser));
            } else {
                text(parser);
            }
        }

        private void part(JsonParser parser) throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                text(parser);
                return;
            }
            Json.object(parser, name -> {
                if (name.equals("text")) {
                    text(parser);
                } else {
                    parser.skipChildren();
                }
            });
        }

        /** What is left out here would be missing in an answer that looks whole. */
        private void text(JsonParser parser) throws IOException {
            switch (parser.currentToken()) {
                case VALUE_STRING -> add(parser.getText(), HalfCharacters.Kind.TEXT);
                case VALUE_NULL -> {}
                default -> throw new Malformed("content that is neither text nor null");
            }
        }

        private void add(String text, HalfCharacters.Kind kind) {
            if (text.isEmpty()) {
                return;
            }
            for (Delta.Builder piece : into) {
                if (isRepeated(piece, kind, text)) {
                    return;
                }
            }
            into.add(kind.set(Delta.newBuilder(), text));
        }

        /** Some providers send the same reasoning under both of its names. */
        private static boolean isRepeated(Delta.Builder piece, HalfCharacters.Kind kind, String text) {
            return kind == HalfCharacters.Kind.REASONING && piece.getReasoning().equals(text);
        }

        /** Some providers leave the index out: then the place in the list is meant. */
        private void toolCall(JsonParser parser, int position) throws IOException {
            ToolCallFragment.Builder call = ToolCallFragment.newBuilder().setIndex(position);
            Json.object(parser, name -> {
                switch (name) {
                    case "index" -> call.setIndex(index(parser));
                    case "id" -> call.setId(Json.text(parser));
                    case "function" -> Json.object(parser, field -> function(call, field, parser));
                    default -> parser.skipChildren();
                }
            });
            into.add(Delta.newBuilder().setToolCall(call));
        }

        private static void function(ToolCallFragment.Builder call, String name, JsonParser parser) throws IOException {
            switch (name) {
                case "name" -> call.setName(Json.text(parser));
                case "arguments" ->
                    call.setArguments(
                            parser.currentToken().isStructStart() ? RawValue.text(parser) : Json.text(parser));
                default -> parser.skipChildren();
            }
        }

        /** A whole message is the answer where no piece of it came; else it can only show that some are missing. */
        void emit() throws Malformed {
            if (pieces.isEmpty() && soFar.isEmpty(index)) {
                pieces.addAll(whole);
                whole.clear();
            }
            soFar.add(index, pieces);
            if (!whole.isEmpty() && !soFar.covers(index, whole)) {
                throw new Malformed("a whole message that is more than its pieces were");
            }
            if (pieces.isEmpty() && !logprobs.isEmpty()) {
                pieces.add(Delta.newBuilder());
            }
            for (Delta.Builder piece : pieces) {
                halves.complete(index, piece).ifPresent(whole -> deltas.add(finished(whole, piece)));
            }
            if (GIVEN_UP.contains(finish)) {
                fault = new UpstreamEvent.Fault(0, "", "", "the answer was given up (finish_reason " + finish + ")");
            } else if (!finish.isEmpty()) {
                halves.rest(index).forEach(rest -> deltas.add(rest));
                finishes.add(new Finish(index, finish));
            }
        }

        private Delta finished(Delta.Builder whole, Delta.Builder piece) {
            if (piece == pieces.getFirst() && !logprobs.isEmpty()) {
                whole.setLogprobsJson(logprobs);
            }
            return whole.setChoiceIndex(index).build();
        }
    }
}
