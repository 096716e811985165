package dev.millrace.local;

import java.util.HashMap;
import java.util.Map;

/** Why an engine could not do what it was asked; its message names the thing, the cause and the next step, never a prompt. */
public final class EngineFault extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;
    private final transient Map<String, String> variables;

    /** The sorts of failure, as far as callers act on them differently. */
    public enum Kind {
        /** Nothing was sent: the engine does not answer. */
        UNREACHABLE,
        /** The engine is there and full. */
        BUSY,
        /** The engine does not have the model. */
        MODEL_NOT_HERE,
        /** The prompt is longer than the window; variables: input_tokens, context_length. */
        CONTEXT_TOO_LONG,
        /** The engine refused the request itself; variables: status, detail. */
        REJECTED,
        /** The content was refused. */
        FILTERED,
        /** The model cannot do what the request needs; variable: capability. */
        CAPABILITY_UNSUPPORTED,
        /** A field of the request is out of its range; variable: field. */
        FIELD_INVALID,
        /** The model does not fit; variables where known: needed_bytes, free_bytes, unloadable. */
        MEMORY_INSUFFICIENT,
        /** The engine broke, or said something that nobody understands. */
        FAILED
    }

    public EngineFault(Kind kind, String message) {
        this(kind, message, Map.of());
    }

    private EngineFault(Kind kind, String message, Map<String, String> variables) {
        super(message, null, false, false);
        this.kind = kind;
        this.variables = Map.copyOf(variables);
    }

    /** The same fault with one more variable of its message. */
    public EngineFault with(String name, Object value) {
        Map<String, String> more = new HashMap<>(variables);
        more.put(name, String.valueOf(value));
        return new EngineFault(kind, message(), more);
    }

    public Kind kind() {
        return kind;
    }

    public String message() {
        return String.valueOf(getMessage());
    }

    /** Whether another engine with the same model may do better, as long as nothing was shown. */
    public boolean isThisEnginesOnly() {
        return switch (kind) {
            case UNREACHABLE, BUSY, MODEL_NOT_HERE, MEMORY_INSUFFICIENT, FAILED -> true;
            case CONTEXT_TOO_LONG, REJECTED, FILTERED, CAPABILITY_UNSUPPORTED, FIELD_INVALID -> false;
        };
    }

    /** Every variable of the message, by name. */
    public Map<String, String> variables() {
        return variables;
    }

    /** The prompt is longer than the model's window. */
    public static EngineFault contextTooLong(String model, long inputTokens, long contextLength) {
        return new EngineFault(
                        Kind.CONTEXT_TOO_LONG,
                        "the prompt has " + inputTokens + " tokens, the window of " + model + " holds " + contextLength
                                + ": shorten the conversation or choose a model with a larger window")
                .with("input_tokens", inputTokens)
                .with("context_length", contextLength)
                .with("model", model);
    }

    public static EngineFault unsupported(String model, String capability) {
        return new EngineFault(Kind.CAPABILITY_UNSUPPORTED, "the model " + model + " cannot do: " + capability)
                .with("capability", capability)
                .with("model", model);
    }

    public static EngineFault notHere(String model) {
        return new EngineFault(Kind.MODEL_NOT_HERE, "no engine of this node has the model " + model)
                .with("model", model);
    }
}
