package dev.millrace.gateway.flow;

import dev.millrace.gateway.Caller.Permission;
import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.Catalogue.Entry;
import dev.millrace.gateway.Embeddings;
import dev.millrace.gateway.PromptJudge;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.Routing;
import dev.millrace.gateway.Routing.Leave;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.TokenNeed;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnRequest.Delivery;
import dev.millrace.gateway.Verdict.Sensitivity;
import dev.millrace.rpc.Deadlines;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Embeds texts: admit, order the models, reserve, run, settle. Local models first; sensitive texts never leave. */
public final class EmbeddingFlow implements Embeddings {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddingFlow.class);

    private static final int INPUTS_MAX = 2048;

    private final CompletionFlow.Peers peers;
    private final Routing routing;
    private final Catalogue catalogue;
    private final Settlements settlements;
    private final FlowLimits limits;

    public EmbeddingFlow(
            CompletionFlow.Peers peers,
            Routing routing,
            Catalogue catalogue,
            Settlements settlements,
            FlowLimits limits) {
        this.peers = peers;
        this.routing = routing;
        this.catalogue = catalogue;
        this.settlements = settlements;
        this.limits = limits;
    }

    @Override
    public Result embed(Request request) {
        admit(request);
        EmbeddingRun run = new EmbeddingRun(request, peers, settlements, limits);
        try {
            List<Entry> models = new EmbeddingModels(catalogue, routing.aliases()).of(request);
            boolean mayLeave =
                    models.stream().filter(EmbeddingModels::isUsable).anyMatch(model -> model.target() == Target.CLOUD);
            return run.run(models, mayLeave ? routing.leave(judge(request)) : new Leave(false, Sensitivity.SENSITIVE));
        } catch (TurnFault fault) {
            throw run.failed(fault);
        } catch (RuntimeException | Error defect) {
            LOG.atError().addKeyValue("turn", run.turnId).setCause(defect).log("unexpected failure");
            throw run.failed(CompletionFlow.unexpected(run.turnId));
        }
    }

    private void admit(Request request) {
        if (!request.caller().permissions().contains(Permission.INFER)) {
            throw new TurnFault(
                    Reason.KEY_FORBIDDEN,
                    "key " + request.caller().keyId() + " may not embed. Use one with the permission \"infer\"",
                    Map.of("key_id", request.caller().keyId(), "permission", "infer"));
        }
        Admission.requestId(request.requestId());
        Admission.labels(request.labels());
        Admission.costLimit(request.preference());
        new Admission(limits.requestBytesMax()).size(bytes(request));
        boolean fits = !request.inputs().isEmpty()
                && request.inputs().size() <= INPUTS_MAX
                && request.inputs().stream().noneMatch(String::isEmpty);
        if (!fits) {
            throw new TurnFault(
                    Reason.FIELD_INVALID,
                    "inputs: " + request.inputs().size() + " texts (expected: 1 to " + INPUTS_MAX + ", none empty)",
                    Map.of("field", "inputs"));
        }
    }

    static long bytes(Request request) {
        return request.inputs().stream().mapToLong(TokenNeed::bytes).sum();
    }

    private PromptJudge.Judgement judge(Request request) {
        List<Message> messages = request.inputs().stream()
                .map(text -> Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder().setText(text))
                        .build())
                .toList();
        TurnRequest prompt = new TurnRequest(
                request.caller(),
                request.requestId(),
                messages,
                request.model(),
                request.preference(),
                SamplingParameters.getDefaultInstance(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Delivery.WHOLE,
                request.labels(),
                "",
                "",
                bytes(request));
        return peers.judge().scan(prompt, Deadlines.slice(Deadlines.current(), limits.coldSlice()));
    }
}
