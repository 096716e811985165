package dev.millrace.local.grpc;

import dev.millrace.local.EngineFault;
import dev.millrace.local.Generation;
import dev.millrace.local.LocalModel;
import dev.millrace.local.ModelAbilities;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.inference.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.inference.v1.InferenceErrorReason;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import io.grpc.Status.Code;
import java.util.OptionalLong;

/** Checks requests at the door, once; what passes is trusted inside. Each check throws the fault as a status. */
final class RequestCheck {
    static final long REQUEST_BYTES_MAX = 8 << 20;
    static final int EMBEDDING_INPUTS_MAX = 2048;
    private static final int STOP_TEXTS_MAX = 16;
    private static final int CHOICES_MAX = 8;
    /** Where the caller sets no limit: the contract's, not the model's. */
    private static final long OUTPUT_TOKENS_DEFAULT = 4096;

    private RequestCheck() {}

    static Generation generation(StreamCompletionRequest request) {
        checkSize(request.getSerializedSize());
        checkMessages(request);
        checkSampling(request.getSampling());
        range(!request.hasOutputTokenLimit() || request.getOutputTokenLimit() >= 1, "output_token_limit", ">= 1");
        long wanted = request.getSampling().hasMaxOutputTokens()
                ? request.getSampling().getMaxOutputTokens()
                : OUTPUT_TOKENS_DEFAULT;
        boolean budgetCuts = request.hasOutputTokenLimit() && request.getOutputTokenLimit() < wanted;
        return new Generation(
                request.getModel(),
                request.getMessagesList(),
                request.getSampling(),
                request.getToolsList(),
                request.getToolChoice(),
                request.getResponseFormat(),
                budgetCuts ? request.getOutputTokenLimit() : wanted,
                budgetCuts ? LengthCause.LENGTH_CAUSE_BUDGET : LengthCause.LENGTH_CAUSE_MAX_OUTPUT_TOKENS,
                request.hasEstimatedInputTokens()
                        ? OptionalLong.of(request.getEstimatedInputTokens())
                        : OptionalLong.empty(),
                request.getExtraParametersJson());
    }

    private static void checkSize(long bytes) {
        if (bytes > REQUEST_BYTES_MAX) {
            throw Faults.fault(
                            Code.INVALID_ARGUMENT,
                            InferenceErrorReason.INFERENCE_ERROR_REASON_REQUEST_TOO_LARGE,
                            "the request has " + bytes + " bytes (expected: at most " + REQUEST_BYTES_MAX + ")")
                    .with("size_bytes", bytes)
                    .with("limit_bytes", REQUEST_BYTES_MAX)
                    .toException();
        }
    }

    private static void checkMessages(StreamCompletionRequest request) {
        boolean hasContent = false;
        for (Message message : request.getMessagesList()) {
            range(
                    message.getRole() != Role.ROLE_UNSPECIFIED && message.getRole() != Role.UNRECOGNIZED,
                    "messages.role",
                    "SYSTEM, DEVELOPER, USER, ASSISTANT or TOOL");
            hasContent |= message.getPartsList().stream().anyMatch(RequestCheck::hasContent);
        }
        if (!hasContent) {
            throw Faults.fault(
                            Code.INVALID_ARGUMENT,
                            InferenceErrorReason.INFERENCE_ERROR_REASON_PROMPT_EMPTY,
                            "the prompt is empty: at least one message needs content")
                    .toException();
        }
        range(!request.getModel().isEmpty(), "model", "a model's id");
    }

    private static boolean hasContent(ContentPart part) {
        return switch (part.getContentCase()) {
            case TEXT -> !part.getText().isBlank();
            case CONTENT_NOT_SET -> false;
            case IMAGE, AUDIO, FILE, OTHER_JSON -> true;
        };
    }

    private static void checkSampling(SamplingParameters sampling) {
        between(sampling.hasTemperature(), sampling.getTemperature(), 0, 2, "sampling.temperature");
        between(sampling.hasTopP(), sampling.getTopP(), Double.MIN_VALUE, 1, "sampling.top_p");
        between(sampling.hasTopK(), sampling.getTopK(), 1, Integer.MAX_VALUE, "sampling.top_k");
        between(sampling.hasMinP(), sampling.getMinP(), 0, 1, "sampling.min_p");
        between(sampling.hasFrequencyPenalty(), sampling.getFrequencyPenalty(), -2, 2, "sampling.frequency_penalty");
        between(sampling.hasPresencePenalty(), sampling.getPresencePenalty(), -2, 2, "sampling.presence_penalty");
        between(sampling.hasChoiceCount(), sampling.getChoiceCount(), 1, CHOICES_MAX, "sampling.choice_count");
        range(
                !sampling.hasMaxOutputTokens() || sampling.getMaxOutputTokens() >= 1,
                "sampling.max_output_tokens",
                ">= 1");
        range(
                sampling.getStopCount() <= STOP_TEXTS_MAX
                        && sampling.getStopList().stream().noneMatch(String::isEmpty),
                "sampling.stop",
                "at most " + STOP_TEXTS_MAX + ", none empty");
    }

    private static void between(boolean isSet, double value, double least, double most, String field) {
        range(!isSet || (value >= least && value <= most), field, least + " to " + most);
    }

    private static void range(boolean holds, String field, String expected) {
        if (!holds) {
            throw Faults.fieldInvalid(field, field + " is out of its range (expected: " + expected + ")")
                    .toException();
        }
    }

    /** Whether the model can do what the request needs. */
    static void checkAbilities(Generation generation, LocalModel model) throws EngineFault {
        ModelAbilities can = model.abilities();
        need(can.chat(), model, "chat");
        need(can.tools() || generation.tools().isEmpty(), model, "tools");
        need(can.images() || !hasMedia(generation), model, "images");
        ResponseFormat.Kind form = generation.responseFormat().getKind();
        boolean isText = form == ResponseFormat.Kind.KIND_UNSPECIFIED || form == ResponseFormat.Kind.KIND_TEXT;
        need(can.jsonSchema() || isText, model, "json_schema");
        need(can.multipleChoices() || generation.sampling().getChoiceCount() <= 1, model, "multiple_choices");
    }

    private static boolean hasMedia(Generation generation) {
        return generation.messages().stream()
                .flatMap(message -> message.getPartsList().stream())
                .anyMatch(part -> part.getContentCase() != ContentPart.ContentCase.TEXT
                        && part.getContentCase() != ContentPart.ContentCase.CONTENT_NOT_SET);
    }

    private static void need(boolean holds, LocalModel model, String capability) throws EngineFault {
        if (!holds) {
            throw EngineFault.unsupported(model.id(), capability);
        }
    }

    static void checkEmbeddings(CreateEmbeddingsRequest request) {
        checkSize(request.getSerializedSize());
        range(
                request.getInputsCount() >= 1 && request.getInputsCount() <= EMBEDDING_INPUTS_MAX,
                "inputs",
                "1 to " + EMBEDDING_INPUTS_MAX);
        range(request.getInputsList().stream().noneMatch(String::isBlank), "inputs", "none empty");
        range(!request.hasDimensions() || request.getDimensions() >= 1, "dimensions", ">= 1");
        range(!request.getModel().isEmpty(), "model", "a model's id");
    }
}
