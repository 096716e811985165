package dev.millrace.classifier.grpc;

import com.google.protobuf.ByteString;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.File;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ToolCall;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** All that is text in a message, one line a piece: whatever would travel with the prompt is scanned. */
final class MessageText {

    private MessageText() {}

    /** Returns the text of a message. */
    static String of(Message message) {
        if (message.getPartsCount() == 1 && isPlain(message)) {
            return text(message.getParts(0));
        }
        StringBuilder lines = new StringBuilder();
        for (ContentPart part : message.getPartsList()) {
            add(lines, text(part));
        }
        for (ToolCall call : message.getToolCallsList()) {
            add(lines, call.getId());
            add(lines, call.getName());
            add(lines, call.getArguments());
        }
        add(lines, message.getToolCallId());
        add(lines, message.getName());
        add(lines, message.getReasoning());
        add(lines, message.getExtraJson());
        return lines.toString();
    }

    /**
     * What stands beside the content of a message's parts, such as marks for a cache; empty: nothing. It travels with the
     * prompt and is scanned like it, but is no part of the question.
     */
    static String besideParts(Message message) {
        StringBuilder lines = new StringBuilder();
        for (ContentPart part : message.getPartsList()) {
            add(lines, part.getExtraJson());
        }
        return lines.toString();
    }

    private static boolean isPlain(Message message) {
        return message.getToolCallsCount() == 0
                && message.getToolCallId().isEmpty()
                && message.getName().isEmpty()
                && message.getReasoning().isEmpty()
                && message.getExtraJson().isEmpty();
    }

    private static String text(ContentPart part) {
        return switch (part.getContentCase()) {
            case TEXT -> part.getText();
            case OTHER_JSON -> part.getOtherJson();
            case IMAGE -> address(part.getImage().getUrl());
            case FILE -> file(part.getFile());
            case AUDIO, CONTENT_NOT_SET -> "";
        };
    }

    private static String file(File file) {
        StringBuilder lines = new StringBuilder();
        add(lines, file.getFilename());
        add(lines, FileText.of(file).text());
        return lines.toString();
    }

    /** An address may hold its data itself, and that may be text. */
    private static String address(String url) {
        int comma = url.indexOf(',');
        if (comma < 0 || !url.startsWith("data:")) {
            return url;
        }
        String type = url.substring("data:".length(), comma);
        try {
            byte[] data = type.endsWith(";base64")
                    ? Base64.getMimeDecoder().decode(url.substring(comma + 1))
                    : URLDecoder.decode(url.substring(comma + 1), StandardCharsets.UTF_8)
                            .getBytes(StandardCharsets.UTF_8);
            return FileText.of(File.newBuilder()
                            .setData(ByteString.copyFrom(data))
                            .setMimeType(type)
                            .build())
                    .text();
        } catch (IllegalArgumentException malformed) {
            return url;
        }
    }

    private static void add(StringBuilder lines, String text) {
        if (!text.isEmpty()) {
            lines.append(lines.isEmpty() ? "" : "\n").append(text);
        }
    }
}
