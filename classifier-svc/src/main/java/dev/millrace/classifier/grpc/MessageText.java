package dev.millrace.classifier.grpc;

import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ToolCall;

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
            case IMAGE -> part.getImage().getUrl();
            case FILE -> part.getFile().getFilename();
            case AUDIO, CONTENT_NOT_SET -> "";
        };
    }

    private static void add(StringBuilder lines, String text) {
        if (!text.isEmpty()) {
            lines.append(lines.isEmpty() ? "" : "\n").append(text);
        }
    }
}
