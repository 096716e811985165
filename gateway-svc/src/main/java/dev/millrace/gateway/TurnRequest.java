package dev.millrace.gateway;

import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.Tool;
import dev.millrace.schema.completion.v1.ToolChoice;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A prompt as either door hands it to the flow: checked for form, not yet admitted.
 *
 * @param caller who asks and pays
 * @param requestId the caller's own mark for the turn, at most {@value #REQUEST_ID_CHARS_MAX} characters of printable ASCII;
 *     empty: none
 * @param messages the conversation, oldest first
 * @param model "auto", "local", "cloud", an alias or a model's id
 * @param preference what the router should prefer
 * @param sampling how tokens are chosen; the default instance where nothing was said
 * @param tools what the model may call
 * @param toolChoice whether it must; empty: the backend's default
 * @param responseFormat the form of the answer; empty: text
 * @param delivery whether the caller sees tokens as they come
 * @param labels marks for attributing cost, at most {@value #LABELS_MAX}, keys and values of at most
 *     {@value #LABEL_CHARS_MAX} characters: what OpenAI allows for {@code metadata}
 * @param endUser the caller's own mark for its end user; empty: none
 * @param extraParametersJson what is not modelled here, the JSON text of one object; empty: none
 * @param sizeBytes the request's size on the wire
 */
public record TurnRequest(
        Caller caller,
        String requestId,
        List<Message> messages,
        String model,
        RoutingPreference preference,
        SamplingParameters sampling,
        List<Tool> tools,
        Optional<ToolChoice> toolChoice,
        Optional<ResponseFormat> responseFormat,
        Delivery delivery,
        Map<String, String> labels,
        String endUser,
        String extraParametersJson,
        long sizeBytes) {

    public static final int REQUEST_ID_CHARS_MAX = 255;
    public static final int LABELS_MAX = 16;
    public static final int LABEL_CHARS_MAX = 512;

    public TurnRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        labels = Map.copyOf(labels);
    }

    /** Whether a caller sees tokens as they come; decides whether a cut answer may start over elsewhere. */
    public enum Delivery {
        /** Token by token: what was shown stays shown. */
        STREAMED,
        /** Whole at the end: nothing was shown before, so another candidate may start over. */
        WHOLE
    }
}
