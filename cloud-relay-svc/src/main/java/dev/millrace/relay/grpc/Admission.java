package dev.millrace.relay.grpc;

import com.google.protobuf.MessageLite;
import dev.millrace.relay.Capabilities;
import dev.millrace.relay.Catalog;
import dev.millrace.relay.Failure;
import dev.millrace.relay.Outcome;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.Reason;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.Sensitivity;
import dev.millrace.schema.inference.v1.Clearance;
import dev.millrace.schema.inference.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import java.util.Optional;

/** Decides what may come in: first whether it may leave the organisation at all, then sizes, fields and the model. */
final class Admission {
    private static final int BYTES_MAX = 8 << 20;
    private static final int STOPS_MAX = 16;
    private static final int CHOICES_MAX = 8;
    private static final int INPUTS_MAX = 2_048;

    private final Catalog catalog;

    Admission(Catalog catalog) {
        this.catalog = catalog;
    }

    /** The model to run the prompt on, or why it is not run. */
    Outcome<ProviderModel> admit(StreamCompletionRequest request, CallHeaders headers) {
        Optional<Failure> refusal = clearance(request.hasClearance(), request.getClearance(), headers)
                .or(() -> size(request))
                .or(() -> messages(request))
                .or(() -> sampling(request.getSampling(), request));
        if (refusal.isPresent()) {
            return Outcome.failed(refusal.get());
        }
        Optional<ProviderModel> model = catalog.find(request.getModel());
        if (model.isEmpty()) {
            return Outcome.failed(notHere(request.getModel()));
        }
        return lacking(request, model.get().capabilities())
                .map(capability -> Outcome.<ProviderModel>failed(unsupported(model.get(), capability)))
                .orElseGet(() -> Outcome.answered(model.get()));
    }

    /** The model to embed with, or why nothing is embedded. */
    Outcome<ProviderModel> admit(CreateEmbeddingsRequest request, CallHeaders headers) {
        Optional<Failure> refusal = clearance(request.hasClearance(), request.getClearance(), headers)
                .or(() -> size(request))
                .or(() -> inputs(request));
        if (refusal.isPresent()) {
            return Outcome.failed(refusal.get());
        }
        Optional<ProviderModel> model = catalog.find(request.getModel());
        if (model.isEmpty()) {
            return Outcome.failed(notHere(request.getModel()));
        }
        return model.get().capabilities().embeddings()
                ? Outcome.answered(model.get())
                : Outcome.failed(unsupported(model.get(), "embeddings"));
    }

    /** The same word in the message and beside it: a mistake in one place lets nothing out. */
    private static Optional<Failure> clearance(boolean given, Clearance clearance, CallHeaders headers) {
        if (!given || !clearance.getMayLeave()) {
            return refused("the request carries no clearance to leave the organisation");
        }
        if (clearance.getLevel() == Sensitivity.SENSITIVITY_SENSITIVE) {
            return refused("the prompt is sensitive and never leaves the organisation");
        }
        if (clearance.getDecisionId().isEmpty() || !clearance.getDecisionId().equals(headers.clearance())) {
            return refused("the clearance in the message and the one in x-millrace-clearance are not the same");
        }
        return Optional.empty();
    }

    private static Optional<Failure> refused(String why) {
        return Optional.of(Failure.of(Reason.CLEARANCE_REQUIRED, why));
    }

    private static Optional<Failure> size(MessageLite request) {
        int bytes = request.getSerializedSize();
        return bytes <= BYTES_MAX
                ? Optional.empty()
                : Optional.of(Failure.of(
                                Reason.REQUEST_TOO_LARGE,
                                "the request has " + bytes + " bytes (expected: at most " + BYTES_MAX + ")")
                        .with("size_bytes", bytes)
                        .with("limit_bytes", BYTES_MAX));
    }

    private static Optional<Failure> messages(StreamCompletionRequest request) {
        boolean empty = true;
        for (Message message : request.getMessagesList()) {
            if (message.getRole() == Role.ROLE_UNSPECIFIED || message.getRole() == Role.UNRECOGNIZED) {
                return invalid("messages.role", "not set (expected: who speaks)");
            }
            empty &= hasOnlyBlankParts(message) && message.getToolCallsCount() == 0;
        }
        return empty ? Optional.of(Failure.of(Reason.PROMPT_EMPTY, "the prompt has no content")) : Optional.empty();
    }

    private static boolean hasOnlyBlankParts(Message message) {
        for (ContentPart part : message.getPartsList()) {
            if (!isBlank(part)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(ContentPart part) {
        return (part.hasText() && part.getText().isBlank())
                || part.getContentCase() == ContentPart.ContentCase.CONTENT_NOT_SET;
    }

    private static Optional<Failure> sampling(SamplingParameters sampling, StreamCompletionRequest request) {
        if (sampling.getStopCount() > STOPS_MAX) {
            return invalid("sampling.stop", sampling.getStopCount() + " texts (expected: at most " + STOPS_MAX + ")");
        }
        if (sampling.hasChoiceCount() && (sampling.getChoiceCount() < 1 || sampling.getChoiceCount() > CHOICES_MAX)) {
            return invalid(
                    "sampling.choice_count", sampling.getChoiceCount() + " (expected: 1 to " + CHOICES_MAX + ")");
        }
        if (sampling.hasMaxOutputTokens() && sampling.getMaxOutputTokens() < 1) {
            return invalid("sampling.max_output_tokens", sampling.getMaxOutputTokens() + " (expected: >= 1)");
        }
        if (request.hasOutputTokenLimit() && request.getOutputTokenLimit() < 1) {
            return invalid("output_token_limit", request.getOutputTokenLimit() + " (expected: >= 1)");
        }
        if (!finite(sampling.getTemperature()) || !finite(sampling.getTopP()) || !finite(sampling.getMinP())) {
            return invalid("sampling", "a value that is no number");
        }
        return Optional.empty();
    }

    private static boolean finite(double value) {
        return Double.isFinite(value);
    }

    private static Optional<Failure> inputs(CreateEmbeddingsRequest request) {
        if (request.getInputsCount() == 0 || request.getInputsList().stream().anyMatch(String::isEmpty)) {
            return Optional.of(Failure.of(Reason.PROMPT_EMPTY, "there is no text to embed, or one of them is empty"));
        }
        if (request.getInputsCount() > INPUTS_MAX) {
            return invalid("inputs", request.getInputsCount() + " texts (expected: at most " + INPUTS_MAX + ")");
        }
        if (request.hasDimensions() && request.getDimensions() < 1) {
            return invalid("dimensions", request.getDimensions() + " (expected: >= 1)");
        }
        return Optional.empty();
    }

    private static Optional<Failure> invalid(String field, String why) {
        return Optional.of(Failure.of(Reason.FIELD_INVALID, field + ": " + why).with("field", field));
    }

    private static Failure notHere(String model) {
        return Failure.of(Reason.MODEL_NOT_HERE, "no provider has the model " + model)
                .with("model", model);
    }

    private static Optional<String> lacking(StreamCompletionRequest request, Capabilities capabilities) {
        if (!capabilities.chat()) {
            return Optional.of("chat");
        }
        if (request.getToolsCount() > 0 && !capabilities.tools()) {
            return Optional.of("tools");
        }
        if (!capabilities.images() && hasImage(request)) {
            return Optional.of("images");
        }
        if (!capabilities.jsonSchema()
                && request.getResponseFormat().getKind() == ResponseFormat.Kind.KIND_JSON_SCHEMA) {
            return Optional.of("json_schema");
        }
        return !capabilities.multipleChoices() && request.getSampling().getChoiceCount() > 1
                ? Optional.of("multiple_choices")
                : Optional.empty();
    }

    private static boolean hasImage(StreamCompletionRequest request) {
        return request.getMessagesList().stream()
                .flatMap(message -> message.getPartsList().stream())
                .anyMatch(ContentPart::hasImage);
    }

    private static Failure unsupported(ProviderModel model, String capability) {
        return Failure.of(
                        Reason.CAPABILITY_UNSUPPORTED, model.id() + " cannot do what the request needs: " + capability)
                .with("model", model.id())
                .with("capability", capability);
    }
}
