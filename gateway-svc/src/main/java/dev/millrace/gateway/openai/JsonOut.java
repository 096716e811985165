package dev.millrace.gateway.openai;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON straight into UTF-8 bytes, commas by itself, without an object tree: a token costs one pass over its text.
 *
 * <p>Surrogates that stand alone, because a pair was cut between two pieces, are written as escapes, so that a reader who
 * joins the pieces gets the character back. Not thread-safe.
 */
final class JsonOut {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int length;

    JsonOut(int capacityBytes) {
        bytes = new byte[capacityBytes];
    }

    JsonOut object() {
        separate();
        return put('{');
    }

    JsonOut endObject() {
        return put('}');
    }

    JsonOut array() {
        separate();
        return put('[');
    }

    JsonOut endArray() {
        return put(']');
    }

    JsonOut key(String name) {
        string(name);
        return put(':');
    }

    JsonOut field(String name, String value) {
        return key(name).string(value);
    }

    JsonOut field(String name, long value) {
        return key(name).number(value);
    }

    JsonOut nullField(String name) {
        return key(name).raw("null");
    }

    JsonOut number(long value) {
        return raw(Long.toString(value));
    }

    /** A value that is JSON text already. */
    JsonOut raw(String json) {
        separate();
        return text(json);
    }

    /** Characters that stand between values, for instance an event stream's frames. */
    JsonOut text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    JsonOut bytes(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    JsonOut string(String value) {
        separate();
        put('"');
        int end = value.length();
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            reserve(6);
            if (c < 0x80) {
                ascii(c);
            } else if (c < 0x800) {
                add(0xC0 | (c >> 6));
                add(0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                add(0xE0 | (c >> 12));
                add(0x80 | ((c >> 6) & 0x3F));
                add(0x80 | (c & 0x3F));
            } else if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
                supplementary(Character.toCodePoint(c, value.charAt(i)));
            } else {
                escape(c);
            }
        }
        return put('"');
    }

    private void ascii(char c) {
        switch (c) {
            case '"', '\\' -> pair(c);
            case '\n' -> pair('n');
            case '\r' -> pair('r');
            case '\t' -> pair('t');
            default -> {
                if (c < 0x20 || c == 0x7F) {
                    escape(c);
                } else {
                    add(c);
                }
            }
        }
    }

    private void supplementary(int point) {
        add(0xF0 | (point >> 18));
        add(0x80 | ((point >> 12) & 0x3F));
        add(0x80 | ((point >> 6) & 0x3F));
        add(0x80 | (point & 0x3F));
    }

    private void pair(char c) {
        add('\\');
        add(c);
    }

    private void escape(char c) {
        pair('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            add(HEX[(c >> shift) & 0xF]);
        }
    }

    /** A comma where the last byte ends a value; a value can end in none of the three bytes that need none. */
    private void separate() {
        if (length > 0) {
            byte last = bytes[length - 1];
            if (last != '{' && last != '[' && last != ':' && last != ' ' && last != '\n') {
                put(',');
            }
        }
    }

    private JsonOut put(char c) {
        reserve(1);
        add(c);
        return this;
    }

    private void add(int b) {
        bytes[length++] = (byte) b;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }
}
