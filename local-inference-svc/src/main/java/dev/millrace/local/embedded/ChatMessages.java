package dev.millrace.local.embedded;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.Pair;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** A conversation in the form that the native engine's templates take: one system text, then user and assistant in turn. */
record ChatMessages(String system, List<Pair<String, String>> turns) {
    static ChatMessages of(List<Message> messages) {
        StringJoiner system = new StringJoiner("\n");
        List<Pair<String, String>> turns = new ArrayList<>();
        for (Message message : messages) {
            String text = text(message);
            switch (message.getRole()) {
                case ROLE_SYSTEM, ROLE_DEVELOPER -> system.add(text);
                case ROLE_ASSISTANT -> turns.add(new Pair<>("assistant", text));
                case ROLE_USER, ROLE_TOOL, ROLE_UNSPECIFIED, UNRECOGNIZED -> turns.add(new Pair<>("user", text));
            }
        }
        return new ChatMessages(system.toString(), List.copyOf(turns));
    }

    InferenceParameters parameters() {
        return new InferenceParameters("").setMessages(system, turns).setUseChatTemplate(true);
    }

    private static String text(Message message) {
        StringBuilder text = new StringBuilder();
        for (ContentPart part : message.getPartsList()) {
            text.append(part.getText());
        }
        return text.toString();
    }
}
