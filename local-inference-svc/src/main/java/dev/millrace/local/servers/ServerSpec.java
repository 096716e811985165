package dev.millrace.local.servers;

import java.net.URI;
import java.util.OptionalInt;

/**
 * An engine beside this process, as the operator names it.
 *
 * @param base the address without path, such as {@code http://127.0.0.1:11434}
 * @param slots generations at once; empty: what the engine says, else its kind's default
 * @param contextLength tokens of window that are asked of engines that let the caller choose
 * @param key sent as a bearer token; empty: none
 */
public record ServerSpec(URI base, OptionalInt slots, int contextLength, String key) {
    /** Window asked of an engine where the operator names none. */
    public static final int CONTEXT_LENGTH_DEFAULT = 8192;

    public ServerSpec {
        String scheme = String.valueOf(base.getScheme());
        if (!scheme.matches("https?") || base.getHost() == null) {
            throw new IllegalArgumentException("engine: " + base + " (expected: http://host:port)");
        }
        if (slots.isPresent() && slots.getAsInt() < 1) {
            throw new IllegalArgumentException("engine " + base + ": slots " + slots.getAsInt() + " (expected: >= 1)");
        }
        if (contextLength < 1) {
            throw new IllegalArgumentException(
                    "engine " + base + ": context-length " + contextLength + " (expected: >= 1)");
        }
        String text = base.toString().replaceFirst("/+$", "");
        base = URI.create(text.endsWith("/v1") ? text.substring(0, text.length() - 3) : text);
    }

    /** Never the key. */
    @Override
    public String toString() {
        return "ServerSpec[" + base + "]";
    }
}
