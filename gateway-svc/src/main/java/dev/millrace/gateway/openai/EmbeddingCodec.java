package dev.millrace.gateway.openai;

import dev.millrace.gateway.Embeddings;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Reads requests for embeddings and writes the vectors, as numbers or as base64 of little-endian float32. */
public final class EmbeddingCodec {
    private static final int INPUTS_MAX = 2048;
    private static final int DIMENSIONS_MAX = 65_536;

    private final PreferenceReader preference = new PreferenceReader();
    private final List<String> inputs = new ArrayList<>();
    private OptionalInt dimensions = OptionalInt.empty();
    private String model = "auto";
    private boolean base64;

    private EmbeddingCodec() {}

    /**
     * A request as read.
     *
     * @param base64 how the caller wants its vectors
     * @param dropped the paths of keys that no backend is told of
     */
    public record Call(Embeddings.Request request, boolean base64, List<String> dropped) {}

    /**
     * Reads one request.
     *
     * @throws TurnFault FIELD_INVALID with the path of the field, or PROMPT_EMPTY
     */
    public static Call read(RequestHead head, byte[] body) {
        EmbeddingCodec codec = new EmbeddingCodec();
        List<String> dropped = JsonIn.read(body, codec::field);
        return codec.done(head, dropped);
    }

    private void field(String name, JsonIn in) throws IOException {
        switch (name) {
            case "model" -> model = in.string();
            case "input" -> input(in);
            case "dimensions" -> dimensions = OptionalInt.of((int) in.integer(1, DIMENSIONS_MAX));
            case "encoding_format" -> base64 = isBase64(in);
            case "millrace" -> preference.read(in);
            default -> in.drop();
        }
    }

    private void input(JsonIn in) throws IOException {
        if (in.isString()) {
            add(in);
        } else if (in.isList()) {
            in.elements(this::add);
        } else {
            throw in.wrongType("a string or a list of strings");
        }
    }

    private void add(JsonIn in) throws IOException {
        if (!in.isString()) {
            throw in.wrongType("a string; token ids are not served");
        }
        String text = in.string();
        if (text.isEmpty()) {
            throw in.invalid("empty (expected: a text)");
        }
        if (inputs.size() == INPUTS_MAX) {
            throw JsonIn.invalid("input", "too many texts (expected: at most " + INPUTS_MAX + ")");
        }
        inputs.add(text);
    }

    private static boolean isBase64(JsonIn in) throws IOException {
        return switch (in.string()) {
            case "float" -> false;
            case "base64" -> true;
            default -> throw in.invalid("not a form (expected: \"float\" or \"base64\")");
        };
    }

    private Call done(RequestHead head, List<String> dropped) {
        if (inputs.isEmpty()) {
            throw new TurnFault(
                    Reason.PROMPT_EMPTY, "input: empty (expected: a text to embed)", Map.of("field", "input"));
        }
        return new Call(
                new Embeddings.Request(
                        head.caller(),
                        head.requestId(),
                        inputs,
                        model,
                        dimensions,
                        preference.done(head.placement()),
                        Map.of()),
                base64,
                dropped);
    }

    /** The answer, vectors in the order of the inputs. */
    public static byte[] write(Embeddings.Result result, boolean base64) {
        JsonOut out = new JsonOut(4096).object().field("object", "list");
        out.key("data").array();
        int index = 0;
        for (float[] vector : result.vectors()) {
            out.object().field("object", "embedding").field("index", index++).key("embedding");
            if (base64) {
                out.string(base64(vector));
            } else {
                numbers(out, vector);
            }
            out.endObject();
        }
        out.endArray().field("model", result.model());
        long tokens = result.usage().getInputTokens();
        out.key("usage").object().field("prompt_tokens", tokens).field("total_tokens", tokens);
        out.endObject();
        out.key("millrace").object().field("route", result.route().target().label());
        out.field("space", result.space());
        result.chargedNanoUsd().ifPresent(charged -> out.field("cost_usd", UsageOut.usd(charged)));
        return out.endObject().endObject().toBytes();
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static void numbers(JsonOut out, float[] vector) {
        out.array();
        for (float component : vector) {
            out.raw(Float.toString(component));
        }
        out.endArray();
    }
}
