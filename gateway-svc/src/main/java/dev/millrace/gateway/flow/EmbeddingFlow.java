package dev.millrace.gateway.flow;

import dev.millrace.gateway.Backend;
import dev.millrace.gateway.Caller.Permission;
import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.Catalogue.Capability;
import dev.millrace.gateway.Catalogue.Entry;
import dev.millrace.gateway.Catalogue.State;
import dev.millrace.gateway.Embeddings;
import dev.millrace.gateway.Ledger;
import dev.millrace.gateway.Ledger.End;
import dev.millrace.gateway.Ledger.Settlement;
import dev.millrace.gateway.PromptJudge;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.Routing;
import dev.millrace.gateway.Routing.Leave;
import dev.millrace.gateway.RoutingPreference.Placement;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.TokenNeed;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnRequest.Delivery;
import dev.millrace.gateway.Verdict.Sensitivity;
import dev.millrace.rpc.CallContext;
import dev.millrace.rpc.Deadlines;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.Uuid7;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Embeds texts: admit, order the models, reserve, run, settle. Local models first; sensitive texts never leave. */
public final class EmbeddingFlow implements Embeddings {

    private static final int INPUTS_MAX = 2048;
    private static final int BYTES_PER_TOKEN = 3;
    private static final Duration HOLD_OUTLIVES = Duration.ofSeconds(60);

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
        String turnId = CallContext.turn().isEmpty() ? Uuid7.mint() : CallContext.turn();
        List<Entry> models = models(request);
        Leave leave = models.stream().anyMatch(model -> model.target() == Target.CLOUD)
                ? routing.leave(judge(request))
                : new Leave(false, Sensitivity.SENSITIVE);
        List<String> failures = new ArrayList<>();
        int number = 0;
        for (Entry model : models) {
            if (model.target() == Target.CLOUD && !leave.allowed()) {
                failures.add(name(model) + ": the texts are sensitive, or nobody judged them: they stay local");
                continue;
            }
            Attempt attempt = new Attempt(request, turnId, turnId + "/" + ++number, model, leave);
            Optional<Result> result = run(attempt, failures);
            if (result.isPresent()) {
                return result.get();
            }
        }
        throw nobody(failures, models, leave);
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

    private static long bytes(Request request) {
        return request.inputs().stream().mapToLong(String::length).sum();
    }

    /** Local models first; a named one alone. */
    private List<Entry> models(Request request) {
        Placement placement = switch (request.model()) {
            case "local" -> Placement.LOCAL_ONLY;
            case "cloud" -> Placement.CLOUD_ONLY;
            default -> request.preference().placement();
        };
        boolean any = List.of("", "auto", "local", "cloud").contains(request.model());
        String name = routing.aliases().getOrDefault(request.model(), request.model());
        List<Entry> known = catalogue.models().stream()
                .filter(model ->
                        any || model.id().equals(name) || model.aliases().contains(name))
                .toList();
        if (known.isEmpty() && !any) {
            throw new TurnFault(
                    Reason.MODEL_UNKNOWN, "model \"" + name + "\" is unknown", Map.of("model", name, "nearest", ""));
        }
        List<Entry> able = known.stream()
                .filter(model -> model.capabilities().contains(Capability.EMBEDDINGS))
                .filter(model -> model.state() != State.UNAVAILABLE)
                .filter(model ->
                        placement != (model.target() == Target.LOCAL ? Placement.CLOUD_ONLY : Placement.LOCAL_ONLY))
                .toList();
        if (able.isEmpty()) {
            throw new TurnFault(
                    Reason.CAPABILITY_UNSUPPORTED,
                    (any ? "no model that may be used" : "model " + name + " does not or cannot now")
                            + " make embeddings" + ". List models with their capabilities to choose another",
                    Map.of("capability", "embeddings", "model", name));
        }
        return able;
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
        return peers.judge().judge(prompt, false, Deadlines.slice(Deadlines.current(), limits.coldSlice()));
    }

    private Optional<Result> run(Attempt attempt, List<String> failures) {
        TokenNeed need = new TokenNeed(
                bytes(attempt.request) / BYTES_PER_TOKEN
                        + attempt.request.inputs().size(),
                1);
        boolean free =
                attempt.model.target() == Target.LOCAL && attempt.model.price().isEmpty();
        String holdId = "";
        if (!free) {
            switch (peers.ledger().reserve(ask(attempt, need), reserveDeadline())) {
                case Ledger.Held held -> holdId = held.holdId();
                case Ledger.Refused refused -> {
                    throw new TurnFault(refused.reason(), refused.message(), refused.metadata());
                }
                case Ledger.Away away -> {
                    failures.add(name(attempt.model) + ": billing does not answer, and it costs");
                    return Optional.empty();
                }
            }
        }
        long begin = System.nanoTime();
        Deadline deadline = Deadlines.peer(Deadlines.current());
        Backend backend = peers.backend(attempt.model.target());
        return switch (backend.embed(attempt.call(deadline))) {
            case Backend.Failed(Fault fault) -> {
                settlements.release(attempt.request.caller().tenant(), attempt.turnId, holdId);
                String detail = BackendFaults.plain(fault, attempt.model.target());
                Optional<Reason> stop = BackendFaults.stops(fault);
                if (stop.isPresent()) {
                    throw new TurnFault(stop.get(), detail, fault.metadata());
                }
                failures.add(name(attempt.model) + ": " + detail);
                yield Optional.empty();
            }
            case Backend.Vectors vectors ->
                Optional.of(result(attempt, need, vectors, holdId, Duration.ofNanos(System.nanoTime() - begin)));
        };
    }

    private Deadline reserveDeadline() {
        return Deadlines.slice(Deadlines.current(), limits.coldSlice());
    }

    private static Ledger.Ask ask(Attempt attempt, TokenNeed need) {
        return new Ledger.Ask(
                attempt.request.caller().tenant(),
                attempt.request.caller().keyId(),
                attempt.turnId,
                attempt.attemptId,
                attempt.model.id(),
                need,
                attempt.model.target() == Target.LOCAL,
                Deadlines.remaining(Deadlines.current()).plus(HOLD_OUTLIVES));
    }

    private Result result(Attempt attempt, TokenNeed need, Backend.Vectors vectors, String holdId, Duration took) {
        Request request = attempt.request;
        var settled = settlements.settle(new Settlement(
                attempt.turnId,
                request.caller().tenant(),
                request.caller().keyId(),
                request.requestId(),
                attempt.attemptId,
                holdId,
                End.COMPLETED,
                Optional.of(vectors.usage()),
                attempt.model.id(),
                attempt.model.target().label(),
                attempt.model.engine(),
                "",
                "",
                Optional.empty(),
                took,
                request.labels()));
        long charged = 0;
        try {
            charged = settled.get(limits.settleWait().toNanos(), TimeUnit.NANOSECONDS)
                    .chargedNanoUsd();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException late) {
            charged = 0; // the ledger will tell
        } catch (ExecutionException failure) {
            throw new IllegalStateException(failure.getCause());
        }
        Candidate route = new Candidate(
                attempt.model.target(),
                attempt.model.engine(),
                attempt.model.id(),
                List.of(RouteReason.of(RouteReason.Kind.CAPABILITY, "makes embeddings")),
                false,
                need.costNanoUsd(attempt.model.price()),
                Optional.empty(),
                1);
        return new Result(vectors.vectors(), vectors.space(), vectors.model(), route, vectors.usage(), charged);
    }

    private static TurnFault nobody(List<String> failures, List<Entry> models, Leave leave) {
        boolean onlyCloud = models.stream().allMatch(model -> model.target() == Target.CLOUD);
        if (onlyCloud && !leave.allowed()) {
            return new TurnFault(
                    Reason.LOCAL_ROUTE_REQUIRED,
                    "the texts may not leave, but no local model makes embeddings: " + String.join("; ", failures),
                    Map.of());
        }
        return new TurnFault(
                Reason.NO_BACKEND_ANSWERED,
                "no backend could embed: " + String.join("; ", failures),
                Map.of("attempts", Integer.toString(failures.size())));
    }

    private static String name(Entry model) {
        return model.target().label() + " " + model.id();
    }

    /** One model's try. */
    private record Attempt(Request request, String turnId, String attemptId, Entry model, Leave leave) {

        Backend.EmbedCall call(Deadline deadline) {
            boolean leaves = model.target() == Target.CLOUD && leave.allowed();
            return new Backend.EmbedCall(
                    attemptId,
                    turnId,
                    request.caller(),
                    request.inputs(),
                    model.id(),
                    request.dimensions(),
                    leaves ? new Backend.Clearance(true, turnId, leave.sensitivity()) : Backend.Clearance.NONE,
                    deadline);
        }
    }
}
