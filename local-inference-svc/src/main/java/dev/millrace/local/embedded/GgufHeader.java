package dev.millrace.local.embedded;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What is read of a GGUF file before native code opens it, because native code ends the process over some broken files.
 *
 * <p>Form: magic {@code GGUF}, u32 version, u64 tensors, u64 pairs, then pairs of string and typed value; all little endian,
 * a string is u64 length and bytes.
 *
 * @param contextLength tokens that the model was trained for
 * @param addsBos whether the tokenizer puts a begin token before every prompt
 */
record GgufHeader(int contextLength, boolean addsBos) {
    private static final int MAGIC = 0x46554747;
    private static final int VERSION_MIN = 2;
    private static final int VERSION_MAX = 3;
    private static final long HEADER_BYTES_MAX = 64L << 20;
    private static final int NAME_BYTES_MAX = 1 << 20;
    private static final int TYPE_BOOL = 7;
    private static final int TYPE_STRING = 8;
    private static final int TYPE_ARRAY = 9;
    /** Bytes of each type by number; strings and arrays have lengths of their own. */
    private static final int[] WIDTHS = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

    static GgufHeader read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            long size = Math.min(channel.size(), HEADER_BYTES_MAX);
            ByteBuffer bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN);
            return read(bytes);
        } catch (IOException refused) {
            throw new IOException(file + ": " + refused.getMessage(), refused);
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException broken) {
            throw new IOException(file + " is not a whole GGUF file: " + broken.getMessage(), broken);
        }
    }

    private static GgufHeader read(ByteBuffer bytes) throws IOException {
        if (bytes.getInt() != MAGIC) {
            throw new IOException("no GGUF file: it begins with other bytes");
        }
        int version = bytes.getInt();
        if (version < VERSION_MIN || version > VERSION_MAX) {
            throw new IOException("GGUF version: " + version + " (expected: 2 or 3)");
        }
        bytes.getLong();
        long pairs = bytes.getLong();
        Map<String, Object> values = new HashMap<>();
        for (long i = 0; i < pairs; i++) {
            String name = string(bytes);
            values.put(name, value(bytes, bytes.getInt()));
        }
        Object architecture = values.getOrDefault("general.architecture", "");
        if (!(values.get(architecture + ".context_length") instanceof Long length) || length < 1) {
            throw new IOException("the GGUF file names no context length");
        }
        boolean isSentencePiece = "llama".equals(values.get("tokenizer.ggml.model"));
        Object addsBos = values.getOrDefault("tokenizer.ggml.add_bos_token", isSentencePiece);
        return new GgufHeader((int) Math.min(length, Integer.MAX_VALUE), Boolean.TRUE.equals(addsBos));
    }

    private static String string(ByteBuffer bytes) {
        long length = bytes.getLong();
        if (length < 0 || length > NAME_BYTES_MAX) {
            throw new IllegalArgumentException("a string of " + length + " bytes");
        }
        byte[] text = new byte[(int) length];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static Object value(ByteBuffer bytes, int type) {
        return switch (type) {
            case TYPE_BOOL -> bytes.get() != 0;
            case TYPE_STRING -> string(bytes);
            case TYPE_ARRAY -> skipArray(bytes);
            default -> number(bytes, type);
        };
    }

    private static Object skipArray(ByteBuffer bytes) {
        int type = bytes.getInt();
        long count = bytes.getLong();
        for (long i = 0; i < count; i++) {
            value(bytes, type);
        }
        return "";
    }

    private static Object number(ByteBuffer bytes, int type) {
        if (type < 0 || type >= WIDTHS.length) {
            throw new IllegalArgumentException("a value of type " + type);
        }
        return switch (WIDTHS[type]) {
            case 1 -> (long) bytes.get();
            case 2 -> (long) bytes.getShort();
            case 4 -> (long) bytes.getInt();
            default -> bytes.getLong();
        };
    }
}
