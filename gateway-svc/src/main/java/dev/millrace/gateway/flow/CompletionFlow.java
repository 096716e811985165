package dev.millrace.gateway.flow;

import dev.millrace.gateway.Backend;
import dev.millrace.gateway.Caller;
import dev.millrace.gateway.Caller.Permission;
import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.Completions;
import dev.millrace.gateway.Ledger;
import dev.millrace.gateway.Ledger.End;
import dev.millrace.gateway.Ledger.Held;
import dev.millrace.gateway.Ledger.Reservation;
import dev.millrace.gateway.Ledger.Settlement;
import dev.millrace.gateway.Observations;
import dev.millrace.gateway.PromptJudge;
import dev.millrace.gateway.PromptJudge.Judged;
import dev.millrace.gateway.PromptJudge.Judgement;
import dev.millrace.gateway.PromptJudge.NotAsked;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.Routing;
import dev.millrace.gateway.Routing.Planned;
import dev.millrace.gateway.Routing.Route;
import dev.millrace.gateway.RoutingPreference.Placement;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnRequest.Delivery;
import dev.millrace.gateway.TurnResult;
import dev.millrace.gateway.TurnResult.Cost;
import dev.millrace.gateway.TurnSink;
import dev.millrace.gateway.TurnSink.CallerGone;
import dev.millrace.gateway.flow.FirstTokenWatch.Wait;
import dev.millrace.rpc.Alarms;
import dev.millrace.rpc.Deadlines;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of a prompt: authenticate, admit, classify, route, reserve and run each candidate in turn, settle, tell. */
public final class CompletionFlow implements Completions {

    private static final Logger LOG = LoggerFactory.getLogger(CompletionFlow.class);
    private static final Set<String> NOT_A_MODEL = Set.of("", "auto", "local", "cloud");
    private static final Duration HOLD_OUTLIVES = Duration.ofSeconds(60);
    private static final Duration TELL_MARGIN = Duration.ofMillis(20);
    private static final long MEBIBYTE = 1 << 20;

    private final Peers peers;
    private final Routing routing;
    private final Catalogue catalogue;
    private final Observations observations;
    private final Settlements settlements;
    private final FlowLimits limits;
    private final Admission admission;
    private final Slice classifySlice;
    private final Slice reserveSlice;
    private final HeldAnswers answers;
    private final Steps steps = new Steps();

    public CompletionFlow(
            Peers peers,
            Routing routing,
            Catalogue catalogue,
            Observations observations,
            Settlements settlements,
            FlowLimits limits) {
        this.peers = peers;
        this.routing = routing;
        this.catalogue = catalogue;
        this.observations = observations;
        this.settlements = settlements;
        this.limits = limits;
        admission = new Admission(limits.requestBytesMax());
        answers = new HeldAnswers(limits.heldBytesMax());
        classifySlice = new Slice(limits.classifySlice(), limits.coldSlice(), limits.coldCalls());
        reserveSlice = new Slice(limits.reserveSlice(), limits.coldSlice(), limits.coldCalls());
    }

    @Override
    public void run(TurnRequest request, TurnSink sink) {
        HeldAnswers.Share held = answers.share();
        Turn turn = new Turn(request, new Teller(sink), held);
        try (held) {
            authenticate(request.caller());
            admission.admit(request);
            classify(turn, false);
            Route route = route(turn);
            PlanRun.Result answer = reserveAndRun(turn, route);
            Optional<Cost> cost = settle(turn, answer);
            tell(turn, answer, cost);
        } catch (CallerGone gone) {
            throw failed(turn, CallerLeft.fault(turn.deadline, turn.elapsed(), gone.stalled()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw failed(turn, CallerLeft.fault(false));
        } catch (TurnFault fault) {
            throw failed(turn, fault);
        } catch (RuntimeException | Error defect) {
            // Whatever broke, money may be held for this turn, and its caller waits for an end.
            LOG.atError().addKeyValue("turn", turn.turnId).setCause(defect).log("unexpected failure");
            throw failed(turn, unexpected(turn.turnId));
        }
    }

    static TurnFault unexpected(String turnId) {
        return new TurnFault(
                Reason.INTERNAL, "unexpected failure; the gateway's log names turn " + turnId, Map.of("turn", turnId));
    }

    @Override
    public Explanation explain(TurnRequest request) {
        Turn turn = new Turn(request, new Teller((sequence, attempt, event) -> {}), answers.share());
        authenticate(request.caller());
        admission.admit(request);
        classify(turn, true);
        Route route = decide(turn);
        if (route.candidates().isEmpty() && route.refusal().isPresent()) {
            throw route.refusal().get();
        }
        return new Explanation(turn.decision(), routing.cutoffs());
    }

    /**
     * The doors have asked {@link dev.millrace.gateway.Callers} whom the key stands for, and the tenant comes from that
     * alone; what the key may do is asked here.
     */
    private static void authenticate(Caller caller) {
        if (!caller.permissions().contains(Permission.INFER)) {
            throw new TurnFault(
                    Reason.KEY_FORBIDDEN,
                    "key " + caller.keyId() + " may not ask for completions. Use one with the permission \"infer\"",
                    Map.of("key_id", caller.keyId(), "permission", "infer"));
        }
    }

    private void classify(Turn turn, boolean quoteWords) {
        TurnRequest request = turn.request;
        boolean staysLocal = request.preference().placement() == Placement.LOCAL_ONLY;
        if (staysLocal && !NOT_A_MODEL.contains(request.model())) {
            turn.judged(new NotAsked());
            return;
        }
        long mebibytes = (request.sizeBytes() + MEBIBYTE - 1) / MEBIBYTE;
        Duration slice = classifySlice.now(limits.classifySlicePerMebibyte().multipliedBy(mebibytes));
        Judgement judgement = peers.judge.judge(request, quoteWords, Deadlines.slice(Deadlines.current(), slice));
        if (judgement instanceof Judged) {
            classifySlice.wasAnswered();
        } else if (judgement instanceof PromptJudge.Away && CallerLeft.isNear(turn.deadline)) {
            throw CallerLeft.timeUp(turn.elapsed(), "classifier", "the classifier");
        }
        turn.judged(judgement);
    }

    private Route route(Turn turn) {
        CallerLeft.requireCaller(turn.deadline, turn.elapsed(), "classifier", "the classifier");
        Route route = decide(turn);
        if (route.refusal().isPresent()) {
            throw route.refusal().get();
        }
        return route;
    }

    private Route decide(Turn turn) {
        Route route = routing.route(new Routing.Question(
                turn.request,
                turn.judgement(),
                catalogue.models(),
                catalogue.unreached(),
                catalogue.complete(),
                catalogue.pricesKnown(),
                observations,
                budgetShare(turn.request)));
        turn.routed(route);
        return route;
    }

    /** Asked only for callers whom it moves. */
    private double budgetShare(TurnRequest request) {
        return request.preference().budgetSensitive()
                ? peers.ledger
                        .budgetShare(
                                request.caller().tenant(), Deadlines.slice(Deadlines.current(), limits.reserveSlice()))
                        .orElse(0)
                : 0;
    }

    /** Each candidate in turn, its hold just before its run, until one answers. */
    private PlanRun.Result reserveAndRun(Turn turn, Route route) throws CallerGone, InterruptedException {
        return new PlanRun(turn, route, steps, limits.attemptsMax()).run();
    }

    /** The charge; empty where billing does not tell it in time, and the settling goes on by itself. */
    private Optional<Cost> settle(Turn turn, PlanRun.Result answer) throws InterruptedException {
        if (turn.request.delivery() == Delivery.WHOLE) {
            // Nothing of it was shown yet: whom it cannot reach any more, it does not charge.
            CallerLeft.requireCaller(
                    Deadlines.current(),
                    turn.elapsed(),
                    "gateway",
                    answer.planned().candidate().model());
        }
        turn.handOver();
        return await(settle(turn, End.COMPLETED));
    }

    private void tell(Turn turn, PlanRun.Result answer, Optional<Cost> cost) throws CallerGone {
        TurnLog.tell(turn, "completed", cost);
        turn.teller.tell(
                turn::decision,
                turn.number(),
                new TurnEvent.Finished(new TurnResult(
                        answer.choiceEnds(),
                        turn.usage().orElse(answer.ended().usage()),
                        cost,
                        answer.planned().candidate(),
                        Timing.of(turn),
                        turn.attempts)));
    }

    /** Settles and tells of a turn that failed, and gives the fault that its door shows. */
    private TurnFault failed(Turn turn, TurnFault fault) {
        Optional<Cost> cost = turn.isSettled() ? Optional.empty() : close(turn, fault.reason());
        return new TurnFault(
                fault.reason(),
                fault.getMessage(),
                fault.metadata(),
                fault.retryAfter(),
                Optional.of(new TurnFault.Failure(
                        turn.turnId,
                        turn.attempts,
                        turn.delivered(),
                        cost,
                        turn.teller.lastSequence(),
                        fault.reason() == Reason.NO_BACKEND_ANSWERED ? turn.passedOver() : List.of())));
    }

    private Optional<Cost> close(Turn turn, Reason reason) {
        Optional<Cost> cost = Optional.empty();
        if (turn.isRouted()) {
            CompletableFuture<Cost> settled = settle(turn, TurnEnds.of(reason));
            if (reason != Reason.CALLER_CANCELLED && turn.answering().isPresent()) {
                cost = awaitUninterrupted(settled);
            }
        }
        TurnLog.tell(turn, reason.name(), cost);
        return cost;
    }

    /** Once only: a whole answer that could not be told any more stays completed. */
    private CompletableFuture<Cost> settle(Turn turn, End end) {
        turn.settled();
        Optional<Candidate> candidate = turn.answering().map(Planned::candidate);
        return settlements.settle(new Settlement(
                turn.turnId,
                turn.request.caller().tenant(),
                turn.request.caller().keyId(),
                turn.mark,
                candidate.map(answered -> turn.attemptId()).orElse(""),
                turn.holdId(),
                end,
                turn.delivered(),
                candidate.map(Candidate::model).orElse(""),
                candidate.map(Candidate::target).map(Target::label).orElse("none"),
                candidate.map(Candidate::engine).orElse(""),
                turn.tier().map(Tier::label).orElse(""),
                DecisionRecord.json(turn.decision(), routing.cutoffs(), turn.attempts),
                turn.firstToken(),
                turn.elapsed(),
                turn.request.labels()));
    }

    private Optional<Cost> await(CompletableFuture<Cost> settled) throws InterruptedException {
        try {
            return Alarms.await(settled, settleWait());
        } catch (ExecutionException failure) {
            throw new IllegalStateException(failure.getCause());
        }
    }

    /** The wait ends so early that the answer still leaves before the caller's own clock runs out. */
    private Duration settleWait() {
        Duration left = Deadlines.remaining(Deadlines.before(Deadlines.current(), TELL_MARGIN));
        return left.compareTo(limits.settleWait()) < 0 ? left : limits.settleWait();
    }

    private Optional<Cost> awaitUninterrupted(CompletableFuture<Cost> settled) {
        try {
            return await(settled);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** The services that a turn calls. */
    public record Peers(PromptJudge judge, Ledger ledger, Backend local, Backend cloud) {

        Backend backend(Target target) {
            return target == Target.LOCAL ? local : cloud;
        }
    }

    /** What each candidate of a plan needs of the flow. */
    private final class Steps implements PlanRun.Steps {

        @Override
        public Reservation reserve(Turn turn, Planned planned) {
            turn.awaitRelease(limits.reserveSlice());
            Ledger.Ask ask = new Ledger.Ask(
                    turn.request.caller().tenant(),
                    turn.request.caller().keyId(),
                    turn.turnId,
                    turn.nextAttemptId(),
                    planned.candidate().model(),
                    planned.need(),
                    planned.free() || planned.candidate().target() == Target.LOCAL,
                    planned.candidate().target() == Target.CLOUD,
                    Deadlines.remaining(turn.deadline).plus(HOLD_OUTLIVES));
            Reservation reservation =
                    peers.ledger.reserve(ask, Deadlines.slice(Deadlines.current(), reserveSlice.now(Duration.ZERO)));
            if (reservation instanceof Held) {
                reserveSlice.wasAnswered();
            }
            return reservation;
        }

        @Override
        public void release(Turn turn, Held held) {
            turn.releasing(settlements.release(turn.request.caller().tenant(), turn.turnId, held.holdId()));
        }

        @Override
        public FirstTokenWatch watch(Turn turn, Planned planned, Wait wait) {
            Candidate candidate = planned.candidate();
            Optional<Duration> limit = switch (wait) {
                case UNLIMITED -> Optional.empty();
                case AS_OBSERVED ->
                    Optional.of(FirstTokenWatch.limit(
                            turn.request
                                    .preference()
                                    .firstTokenTarget()
                                    .orElseGet(() -> routing.firstTokenTarget(turn.tier())),
                            observations.firstTokenP95(candidate.target(), candidate.model()),
                            planned.entry().state(),
                            limits.firstTokenMax()));
            };
            return new FirstTokenWatch(limit, limits, System::nanoTime);
        }

        @Override
        public Backend backend(Target target) {
            return peers.backend(target);
        }

        @Override
        public Observations observations() {
            return observations;
        }
    }
}
