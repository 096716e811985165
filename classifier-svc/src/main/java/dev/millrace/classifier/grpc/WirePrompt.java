package dev.millrace.classifier.grpc;

import dev.millrace.classifier.Cutoffs;
import dev.millrace.classifier.Prompt;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request as the domain sees it.
 *
 * @param prompt the texts that can be judged
 * @param cutoffs what the caller acts on; empty: it wants the whole verdict
 * @param hasUnscannedParts whether there are parts that cannot be read: images, recordings, files other than text, parts of
 *     kinds that nobody knows here
 */
record WirePrompt(Prompt prompt, Optional<Cutoffs> cutoffs, boolean hasUnscannedParts) {

    /**
     * Reads a request. The question is the newest message of the user, or the newest of all where no user speaks; every
     * earlier message of the user is a turn of history. Plain text is the newest message of the user.
     */
    static WirePrompt of(ClassifyPromptRequest request) {
        List<String> texts = new ArrayList<>();
        String question = "";
        boolean unscanned = false;
        int asked = 0;
        for (Message message : request.getMessagesList()) {
            String text = MessageText.of(message);
            texts.add(text);
            String beside = MessageText.besideParts(message);
            if (!beside.isEmpty()) {
                texts.add(beside);
            }
            for (ContentPart part : message.getPartsList()) {
                unscanned |= isUnscanned(part);
            }
            if (message.getRole() == Role.ROLE_USER || asked == 0) {
                question = text;
            }
            asked += message.getRole() == Role.ROLE_USER ? 1 : 0;
        }
        if (!request.getText().isEmpty()) {
            texts.add(request.getText());
            question = request.getText();
            asked++;
        }
        int turns = Math.max(0, request.getHistoryTurns()) + Math.max(0, asked - 1);
        return new WirePrompt(new Prompt(question, texts, turns), cutoffs(request), unscanned);
    }

    private static Optional<Cutoffs> cutoffs(ClassifyPromptRequest request) {
        return request.hasActsOn() ? Optional.of(new Cutoffs(request.getActsOn().getCutoffsList())) : Optional.empty();
    }

    /** Whether there is nothing at all to judge. */
    boolean isEmpty() {
        return !hasUnscannedParts && prompt.texts().stream().allMatch(String::isBlank);
    }

    private static boolean isUnscanned(ContentPart part) {
        return switch (part.getContentCase()) {
            case IMAGE, AUDIO, OTHER_JSON -> true;
            case FILE -> !FileText.of(part.getFile()).isAll();
            case TEXT, CONTENT_NOT_SET -> false;
        };
    }
}
