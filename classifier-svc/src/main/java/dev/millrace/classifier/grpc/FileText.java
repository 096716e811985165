package dev.millrace.classifier.grpc;

import dev.millrace.schema.completion.v1.File;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * The text of an attached file, as far as it has one: it leaves with the prompt, and is scanned like it.
 *
 * @param text what can be read; empty: nothing
 * @param isAll whether that is all that the file says
 */
record FileText(String text, boolean isAll) {
    private static final FileText NONE = new FileText("", false);
    private static final Set<String> TEXTUAL = Set.of(
            "application/json",
            "application/x-ndjson",
            "application/xml",
            "application/yaml",
            "application/x-yaml",
            "application/csv",
            "application/sql",
            "application/javascript",
            "application/x-sh",
            "message/rfc822");
    private static final int BYTE_ORDER_MARK_BYTES = 2;

    /** Reads a file by its bytes; what it is called only decides whether bytes that are no clean text are looked at as well. */
    static FileText of(File file) {
        if (!file.hasData()) {
            return NONE;
        }
        ByteBuffer bytes = file.getData().asReadOnlyByteBuffer();
        Charset charset = charset(bytes);
        try {
            String text = charset.newDecoder().decode(bytes.duplicate()).toString();
            if (text.indexOf('\0') < 0) {
                return new FileText(text, true);
            }
        } catch (CharacterCodingException notClean) {
            // Older encodings agree with Latin-1 in digits and letters, which is what is scanned for.
            return isTextual(file)
                    ? new FileText(StandardCharsets.ISO_8859_1.decode(bytes).toString(), false)
                    : NONE;
        }
        return NONE;
    }

    private static Charset charset(ByteBuffer bytes) {
        int mark = bytes.remaining() < BYTE_ORDER_MARK_BYTES ? 0 : bytes.getShort(0) & 0xFFFF;
        return mark == 0xFEFF || mark == 0xFFFE ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
    }

    private static boolean isTextual(File file) {
        String type =
                file.getMimeType().toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
        return type.startsWith("text/") || type.endsWith("+json") || type.endsWith("+xml") || TEXTUAL.contains(type);
    }
}
