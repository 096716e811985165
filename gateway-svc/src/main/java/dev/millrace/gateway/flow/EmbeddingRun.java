package dev.millrace.gateway.flow;

import dev.millrace.gateway.Backend;
import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Catalogue.Entry;
import dev.millrace.gateway.Embeddings.Request;
import dev.millrace.gateway.Embeddings.Result;
import dev.millrace.gateway.Ledger;
import dev.millrace.gateway.Ledger.End;
import dev.millrace.gateway.Ledger.Settlement;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.RouteReason.Kind;
import dev.millrace.gateway.Routing.Leave;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.TokenNeed;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnResult;
import dev.millrace.gateway.TurnResult.Cost;
import dev.millrace.rpc.CallContext;
import dev.millrace.rpc.Deadlines;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.Uuid7;
import dev.millrace.schema.completion.v1.TokenUsage;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One turn of embedding: the models in order until one answers; settled once, however it ends. Used by one thread. */
final class EmbeddingRun {

    private static final Logger LOG = LoggerFactory.getLogger("dev.millrace.gateway.turn");

    private static final long BYTES_PER_TOKEN = 3;
    private static final Duration HOLD_OUTLIVES = Duration.ofSeconds(60);

    final String turnId = CallContext.turn().isEmpty() ? Uuid7.mint() : CallContext.turn();
    private final Request request;
    private final CompletionFlow.Peers peers;
    private final Settlements settlements;
    private final FlowLimits limits;
    private final TokenNeed need;
    private final Deadline whole = Deadlines.current();
    private final Deadline deadline = Deadlines.before(whole, Deadlines.GATEWAY_MARGIN);
    private final long begin = System.nanoTime();
    private final List<TurnResult.Attempt> attempts = new ArrayList<>();
    private final PlanExhausted exhausted = new PlanExhausted();
    private final String mark;
    private boolean staysHere;
    private int number;

    EmbeddingRun(Request request, CompletionFlow.Peers peers, Settlements settlements, FlowLimits limits) {
        this.request = request;
        this.peers = peers;
        this.settlements = settlements;
        this.limits = limits;
        mark = CallerMark.of(request.requestId(), turnId);
        need = new TokenNeed(
                EmbeddingFlow.bytes(request) / BYTES_PER_TOKEN
                        + request.inputs().size(),
                1);
    }

    /**
     * Asks the models.
     *
     * @throws TurnFault when none answered
     */
    Result run(List<Entry> models, Leave leave) {
        EmbeddingFitness fitness =
                new EmbeddingFitness(leave, request.preference().maxCostNanoUsd());
        for (Entry model : models) {
            requireCaller("gateway", "the gateway");
            Optional<RouteReason> objection = fitness.objection(model, need);
            if (objection.isPresent()) {
                leaveOut(model, objection.get());
                continue;
            }
            Optional<String> holdId = hold(model, fitness);
            requireCaller("billing", "billing");
            if (holdId.isPresent()) {
                Optional<Result> result = attempt(model, leave, holdId.get());
                if (result.isPresent()) {
                    return result.get();
                }
            }
        }
        throw staysHere && exhausted.isEmpty() ? staysLocal() : exhausted.fault(List.of(), attempts);
    }

    private void leaveOut(Entry model, RouteReason why) {
        staysHere |= why.kind() == Kind.SENSITIVE;
        if (why.kind() == Kind.COST_LIMIT) {
            exhausted.unpaid(candidate(model), Reason.COST_LIMIT_EXCEEDED, why.text(), Map.of("model", model.id()));
        } else {
            exhausted.leftOut(candidate(model), why.text());
        }
    }

    private void requireCaller(String hop, String worker) {
        CallerLeft.requireCaller(deadline, elapsed(), hop, worker);
    }

    private TurnFault staysLocal() {
        return new TurnFault(
                Reason.LOCAL_ROUTE_REQUIRED,
                "the texts are sensitive, or nobody could judge them, and may not leave, but no local model was asked"
                        + " for or is there. Ask for \"local\", or add an engine that makes embeddings",
                Map.of());
    }

    /** Empty: it cannot be paid. An empty text: it is free. */
    private Optional<String> hold(Entry model, EmbeddingFitness fitness) {
        if (model.target() == Target.LOCAL && model.price().isEmpty()) {
            number++;
            return Optional.of("");
        }
        Ledger.Ask ask = new Ledger.Ask(
                request.caller().tenant(),
                request.caller().keyId(),
                turnId,
                turnId + "/" + ++number,
                model.id(),
                need,
                model.target() == Target.LOCAL,
                false,
                Deadlines.remaining(whole).plus(HOLD_OUTLIVES));
        return switch (peers.ledger().reserve(ask, Deadlines.slice(whole, limits.coldSlice()))) {
            case Ledger.Held held -> paid(model, held, fitness.tooDear(held.amountNanoUsd()));
            case Ledger.Refused refused -> {
                exhausted.unpaid(candidate(model), refused.reason(), refused.message(), refused.metadata());
                yield Optional.empty();
            }
            case Ledger.Away away -> {
                exhausted.unpaid(candidate(model), Reason.BILLING_UNAVAILABLE, away.message(), away.metadata());
                yield Optional.empty();
            }
        };
    }

    /** The ledger may know a newer price than the list that the model came with. */
    private Optional<String> paid(Entry model, Ledger.Held held, Optional<RouteReason> tooDear) {
        if (tooDear.isEmpty()) {
            return Optional.of(held.holdId());
        }
        var _ = settlements.release(request.caller().tenant(), turnId, held.holdId());
        leaveOut(model, tooDear.get());
        return Optional.empty();
    }

    private Optional<Result> attempt(Entry model, Leave leave, String holdId) {
        Duration before = elapsed();
        return switch (peers.backend(model.target()).embed(call(model, leave))) {
            case Backend.Vectors vectors -> {
                // What nobody is there to take is not charged.
                CallerLeft.requireCaller(whole, elapsed(), model.target().label(), model.id());
                attempts.add(summary(model, "completed", "", Optional.of(vectors.usage()), before));
                yield Optional.of(result(model, vectors, holdId));
            }
            case Backend.Failed(Fault fault) -> {
                attempts.add(summary(
                        model, fault.reason(), BackendFaults.plain(fault, model.target()), Optional.empty(), before));
                failed(model, fault, holdId);
                yield Optional.empty();
            }
        };
    }

    /** A failure that the caller's own leaving has made is not the backend's. */
    private void failed(Entry model, Fault fault, String holdId) {
        requireCaller(model.target().label(), model.id());
        CallerLeft.requireTime(fault, deadline, elapsed(), model.target().label(), model.id());
        String detail = BackendFaults.plain(fault, model.target());
        Optional<Reason> stop = BackendFaults.stops(fault);
        if (stop.isPresent()) {
            throw new TurnFault(stop.get(), detail, fault.metadata());
        }
        var _ = settlements.release(request.caller().tenant(), turnId, holdId);
        exhausted.failed(
                candidate(model),
                new AttemptRun.Moved(
                        fault.reason(),
                        detail,
                        fault.retryDelay(),
                        fault.metadata(),
                        BackendFaults.tries(fault.metadata())));
    }

    private Backend.EmbedCall call(Entry model, Leave leave) {
        boolean leaves = model.target() == Target.CLOUD && leave.allowed();
        return new Backend.EmbedCall(
                turnId + "/" + number,
                turnId,
                request.caller(),
                request.inputs(),
                model.id(),
                request.dimensions(),
                leaves ? new Backend.Clearance(true, turnId, leave.sensitivity()) : Backend.Clearance.NONE,
                Deadlines.peer(whole));
    }

    private Result result(Entry model, Backend.Vectors vectors, String holdId) {
        CompletableFuture<Cost> settled =
                settlements.settle(settlement(End.COMPLETED, Optional.of(model), holdId, Optional.of(vectors.usage())));
        OptionalLong charged = OptionalLong.empty();
        try {
            charged = OptionalLong.of(settled.get(limits.settleWait().toNanos(), TimeUnit.NANOSECONDS)
                    .chargedNanoUsd());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException late) {
            charged = OptionalLong.empty(); // the ledger will tell
        } catch (ExecutionException failure) {
            throw new IllegalStateException(failure.getCause());
        }
        log("completed", model.id());
        return new Result(
                vectors.vectors(), vectors.space(), vectors.model(), candidate(model), vectors.usage(), charged);
    }

    /** Settles a turn without an answer, which nobody pays for, and gives the fault that its door shows. */
    TurnFault failed(TurnFault fault) {
        var _ = settlements.settle(settlement(TurnEnds.of(fault.reason()), Optional.empty(), "", Optional.empty()));
        log(fault.reason().name(), "none");
        return new TurnFault(
                fault.reason(),
                fault.getMessage(),
                fault.metadata(),
                fault.retryAfter(),
                Optional.of(new TurnFault.Failure(turnId, attempts, Optional.empty(), Optional.empty(), 0, List.of())));
    }

    private void log(String outcome, String model) {
        LOG.atInfo()
                .addKeyValue("turn", turnId)
                .addKeyValue("request_id", mark.isEmpty() ? turnId : mark)
                .addKeyValue("tenant", request.caller().tenant())
                .addKeyValue("outcome", outcome)
                .addKeyValue("model", model)
                .addKeyValue("inputs", request.inputs().size())
                .addKeyValue("attempts", attempts.size())
                .addKeyValue("total_ms", elapsed().toMillis())
                .log("embeddings");
    }

    private Settlement settlement(End end, Optional<Entry> model, String holdId, Optional<TokenUsage> usage) {
        return new Settlement(
                turnId,
                request.caller().tenant(),
                request.caller().keyId(),
                mark,
                model.map(answered -> turnId + "/" + number).orElse(""),
                holdId,
                end,
                usage,
                model.map(Entry::id).orElse(""),
                model.map(answered -> answered.target().label()).orElse("none"),
                model.map(Entry::engine).orElse(""),
                "",
                "",
                Optional.empty(),
                elapsed(),
                request.labels());
    }

    private TurnResult.Attempt summary(
            Entry model, String outcome, String detail, Optional<TokenUsage> usage, Duration before) {
        return new TurnResult.Attempt(
                candidate(model), outcome, detail, false, usage, elapsed().minus(before));
    }

    private Candidate candidate(Entry model) {
        return new Candidate(
                model.target(),
                model.engine(),
                model.id(),
                List.of(RouteReason.of(Kind.CAPABILITY, "makes embeddings")),
                false,
                need.costNanoUsd(model.price()),
                Optional.empty(),
                1);
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
