package dev.millrace.gateway.openai;

import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnRequest.Delivery;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.Tool;
import dev.millrace.schema.completion.v1.ToolChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a request for a completion into a turn. Keys that nothing here models pass on losslessly as
 * {@code extraParametersJson}; {@code metadata} becomes the labels that attribute cost and does not leave.
 */
public final class CompletionReader {
    private static final int MODEL_CHARS_MAX = 256;

    private final AnswerForm.Kind kind;
    private final List<Message> messages = new ArrayList<>();
    private final SamplingReader sampling = new SamplingReader();
    private final PreferenceReader preference = new PreferenceReader();
    private final List<Tool> tools = new ArrayList<>();
    private final Map<String, String> labels = new LinkedHashMap<>();
    private final Extras extras = new Extras();
    private Optional<ToolChoice> toolChoice = Optional.empty();
    private Optional<ResponseFormat> responseFormat = Optional.empty();
    private String model = "auto";
    private String endUser = "";
    private boolean stream;
    private boolean includeUsage;

    private CompletionReader(AnswerForm.Kind kind) {
        this.kind = kind;
    }

    /**
     * Reads one request.
     *
     * @throws TurnFault FIELD_INVALID with the path of the field, or PROMPT_EMPTY
     */
    public static CompletionCall read(AnswerForm.Kind kind, RequestHead head, byte[] body) {
        CompletionReader reader = new CompletionReader(kind);
        List<String> dropped = JsonIn.read(body, reader::field);
        return reader.done(head, body.length, dropped);
    }

    private void field(String name, JsonIn in) throws IOException {
        if (sampling.read(name, in)) {
            return;
        }
        switch (name) {
            case "model" -> model = model(in);
            case "stream" -> stream = in.bool();
            case "stream_options" -> in.fields(this::streamOption);
            case "user" -> endUser = in.string();
            case "metadata" -> in.fields(this::label);
            case "millrace" -> preference.read(in);
            default -> ofKind(name, in);
        }
    }

    private void ofKind(String name, JsonIn in) throws IOException {
        boolean chat = kind == AnswerForm.Kind.CHAT;
        if (chat && name.equals("messages")) {
            in.elements(message -> messages.add(MessageReader.read(message)));
        } else if (chat && name.equals("tools")) {
            in.elements(tool -> tools.add(ToolReader.tool(tool)));
        } else if (chat && name.equals("tool_choice")) {
            toolChoice = Optional.of(ToolReader.choice(in));
        } else if (name.equals("response_format")) {
            responseFormat = Optional.of(ToolReader.format(in));
        } else if (!chat && name.equals("prompt")) {
            prompt(in);
        } else {
            extras.keep(name, in);
        }
    }

    private static String model(JsonIn in) throws IOException {
        String model = in.string();
        if (model.isBlank() || model.length() > MODEL_CHARS_MAX) {
            throw in.invalid(model.length() + " characters (expected: a model's name of 1 to " + MODEL_CHARS_MAX + ")");
        }
        return model;
    }

    private void streamOption(String name, JsonIn in) throws IOException {
        switch (name) {
            case "include_usage", "include_cost" -> includeUsage |= in.bool();
            default -> in.drop();
        }
    }

    private void label(String name, JsonIn in) throws IOException {
        String value = in.string();
        if (labels.size() == TurnRequest.LABELS_MAX || !isLabel(name) || !isLabel(value)) {
            throw in.invalid("cannot be kept (expected: at most " + TurnRequest.LABELS_MAX
                    + " pairs, each side of at most " + TurnRequest.LABEL_CHARS_MAX + " characters on one line)");
        }
        labels.put(name, value);
    }

    private static boolean isLabel(String text) {
        return text.length() <= TurnRequest.LABEL_CHARS_MAX && text.chars().noneMatch(Character::isISOControl);
    }

    /** One text, or a list with one: several prompts in a call, and token ids, are not served. */
    private void prompt(JsonIn in) throws IOException {
        if (in.isString()) {
            add(in.string());
            return;
        }
        if (!in.isList()) {
            throw in.wrongType("a string, or a list of one string");
        }
        in.elements(element -> {
            if (!messages.isEmpty()) {
                throw element.invalid("a second prompt (expected: one prompt a call)");
            }
            if (!element.isString()) {
                throw element.wrongType("a string; token ids are not served");
            }
            add(element.string());
        });
    }

    private void add(String prompt) {
        if (!prompt.isEmpty()) {
            messages.add(Message.newBuilder()
                    .setRole(Role.ROLE_USER)
                    .addParts(PartReader.text(prompt))
                    .build());
        }
    }

    private CompletionCall done(RequestHead head, long sizeBytes, List<String> dropped) {
        if (messages.isEmpty()) {
            String field = kind == AnswerForm.Kind.CHAT ? "messages" : "prompt";
            throw new TurnFault(
                    Reason.PROMPT_EMPTY, field + ": empty (expected: something to answer)", Map.of("field", field));
        }
        TurnRequest turn = new TurnRequest(
                head.caller(),
                head.requestId(),
                messages,
                model,
                preference.done(head.placement()),
                sampling.done(),
                tools,
                toolChoice,
                responseFormat,
                stream ? Delivery.STREAMED : Delivery.WHOLE,
                labels,
                endUser,
                extras.json(),
                sizeBytes);
        return new CompletionCall(turn, new AnswerForm(kind, stream, includeUsage), dropped);
    }
}
