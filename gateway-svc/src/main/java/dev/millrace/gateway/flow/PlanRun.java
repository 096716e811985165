package dev.millrace.gateway.flow;

import dev.millrace.gateway.Backend;
import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Catalogue.State;
import dev.millrace.gateway.Ledger.Away;
import dev.millrace.gateway.Ledger.Held;
import dev.millrace.gateway.Ledger.Refused;
import dev.millrace.gateway.Ledger.Reservation;
import dev.millrace.gateway.Observations;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.Routing.Planned;
import dev.millrace.gateway.Routing.Route;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnResult.Attempt;
import dev.millrace.gateway.TurnSink.CallerGone;
import dev.millrace.gateway.flow.FirstTokenWatch.Wait;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.LengthCause;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs the candidates of one turn in order until one answers: reserve, run, move.
 *
 * <p>None is tried twice. A local candidate that only made room for a later one has not been tried: it gets its chance
 * behind all others. One whose first token is late is given up when the next one is paid for, and where none can
 * be, or all rest after failures, it is waited for: a late answer is better than none. A local one that
 * has a hold itself is given up as soon as a next one may run, which is paid when that hold is free again. What bounds upstream calls
 * does not stop a local answer.
 */
final class PlanRun {

    private final Turn turn;
    private final Route route;
    private final Steps steps;
    private final int attemptsMax;
    private final Deque<Step> ahead = new ArrayDeque<>();
    private final PlanExhausted exhausted = new PlanExhausted();
    private Optional<Paid> paidAhead = Optional.empty();
    private @Nullable Candidate failedBefore;
    private String causeBefore = "";
    private int attemptsLeft;

    PlanRun(Turn turn, Route route, Steps steps, int attemptsMax) {
        this.turn = turn;
        this.route = route;
        this.steps = steps;
        this.attemptsMax = attemptsMax;
        attemptsLeft = attemptsMax;
        route.plan().forEach(planned -> ahead.add(new Step(planned, false)));
    }

    /**
     * Runs them.
     *
     * @throws TurnFault when none answered
     */
    Result run() throws CallerGone, InterruptedException {
        while (isNextPaid(attemptsLeft)) {
            Paid next = paidAhead.orElseThrow();
            paidAhead = Optional.empty();
            Optional<Result> result = attempt(next.step, next.held);
            if (result.isPresent()) {
                return result.get();
            }
        }
        throw exhausted.fault(route.rejected(), turn.attempts);
    }

    /** Whether there is a candidate that can be paid, with so many upstream calls left; it is paid then. */
    private boolean isNextPaid(int callsLeft) {
        while (paidAhead.isEmpty() && !ahead.isEmpty()) {
            Step step = ahead.remove();
            if (!step.mayRun(callsLeft)) {
                leaveOutUnasked(step);
            } else {
                requireCaller("gateway");
                paidAhead = pay(step.planned).map(held -> new Paid(step, held));
                requireCaller("billing");
            }
        }
        return paidAhead.isPresent();
    }

    /**
     * Whether an attempt that still runs, with its hold, may be given up. Not for models that rest after failures: they
     * would most likely refuse. Where it has a hold itself, the next is paid when that is free again.
     */
    private boolean canOthersTakeIt(Optional<Held> running) {
        List<Step> resting =
                ahead.stream().filter(step -> step.state() == State.RESTING).toList();
        int callsLeft = attemptsLeft - 1;
        ahead.removeIf(step -> step.state() == State.RESTING);
        boolean can =
                running.isPresent() ? ahead.stream().anyMatch(step -> step.mayRun(callsLeft)) : isNextPaid(callsLeft);
        ahead.addAll(resting);
        return can;
    }

    private void leaveOutUnasked(Step step) {
        if (!step.madeRoom) {
            String why = "not asked, because the turn has made its " + attemptsMax
                    + " upstream calls (gateway.limits.attempts-max)";
            leaveOut(step, RouteReason.of(RouteReason.Kind.UNAVAILABLE, why));
        }
    }

    /** Of one that made room, the attempt has told already why it failed. */
    private void leaveOut(Step step, RouteReason reason) {
        turn.leavesPlan(step.planned.candidate(), reason);
        if (!step.madeRoom) {
            exhausted.leftOut(step.planned.candidate(), reason.text());
        }
    }

    private void requireCaller(String hop) {
        CallerLeft.requireCaller(turn.deadline, turn.elapsed(), hop, "the " + hop);
    }

    /**
     * Empty: it cannot be paid. Empty within: it is free. That a cloud has no price is billing's to say: the one that it was
     * given a moment ago is in no list here yet.
     */
    private Optional<Optional<Held>> pay(Planned planned) {
        if (planned.free() && planned.candidate().target() == Target.LOCAL) {
            return Optional.of(Optional.empty());
        }
        Reservation reservation = steps.reserve(turn, planned);
        return switch (reservation) {
            case Held held
            when isTooDear(planned, held) -> {
                steps.release(turn, held);
                turn.skipAttemptId();
                String message = "may cost up to " + held.amountNanoUsd()
                        + " nano-USD, more than the call's limit. Raise that, or ask for fewer tokens";
                leavesPlan(planned, Reason.COST_LIMIT_EXCEEDED, message, Map.of());
                yield Optional.empty();
            }
            case Held held -> Optional.of(Optional.of(held));
            case Refused(Reason reason, String message, Map<String, String> metadata) -> {
                leavesPlan(planned, reason, message, metadata);
                yield Optional.empty();
            }
            case Away(String message, Map<String, String> metadata) -> {
                if (CallerLeft.isNear(turn.deadline)) {
                    throw CallerLeft.timeUp(turn.elapsed(), "billing", "billing");
                }
                // The hold may stand all the same: it ends with the turn, and its attempt's number is not asked for
                // again.
                turn.skipAttemptId();
                leavesPlan(planned, Reason.BILLING_UNAVAILABLE, message, metadata);
                yield Optional.empty();
            }
        };
    }

    /** Whether what the plan took for free has a price, beyond what its caller wants to pay. */
    private boolean isTooDear(Planned planned, Held held) {
        OptionalLong limit = turn.request.preference().maxCostNanoUsd();
        return planned.free() && limit.isPresent() && held.amountNanoUsd() > limit.getAsLong();
    }

    private void leavesPlan(Planned planned, Reason reason, String message, Map<String, String> metadata) {
        turn.leavesPlan(planned.candidate(), RouteReason.of(RouteReason.Kind.BUDGET, message));
        exhausted.unpaid(planned.candidate(), reason, message, metadata);
    }

    private Optional<Result> attempt(Step step, Optional<Held> held) throws CallerGone, InterruptedException {
        Planned planned = step.planned;
        Candidate candidate = planned.candidate();
        int number = turn.next(planned, held);
        if (failedBefore != null) {
            turn.teller.switched(number, failedBefore, candidate, causeBefore);
        }
        boolean isLocal = candidate.target() == Target.LOCAL;
        FirstTokenWatch watch =
                steps.watch(turn, planned, step.madeRoom || ahead.isEmpty() ? Wait.UNLIMITED : Wait.AS_OBSERVED);
        AttemptRun run = new AttemptRun(turn, candidate, watch, isLocal ? () -> canOthersTakeIt(held) : () -> true);
        Duration begin = turn.elapsed();
        boolean mayOverflow = isLocal && !ahead.isEmpty() && !step.madeRoom;
        // A cloud's relay ends by itself what comes too late; a local engine may be waited for in the end.
        Optional<Backend.FirstTokenLimit> told = isLocal ? Optional.empty() : watch.told();
        AttemptRun.Outcome outcome = run(run, candidate, call(planned, held, mayOverflow, told), begin);
        return switch (outcome) {
            case AttemptRun.Answered(Backend.Ended ended) -> {
                run.firstTokenTook()
                        .ifPresent(took ->
                                steps.observations().sawFirstToken(candidate.target(), candidate.model(), took));
                turn.attempts.add(summary(candidate, "completed", "", false, begin));
                yield Optional.of(new Result(planned, held, ended));
            }
            case AttemptRun.Moved moved -> {
                if (moved.isTooSlow()) {
                    watch.late()
                            .ifPresent(waited ->
                                    steps.observations().sawLate(candidate.target(), candidate.model(), waited));
                }
                moved(step, held, mayOverflow, moved, begin);
                yield Optional.empty();
            }
        };
    }

    private AttemptRun.Outcome run(AttemptRun run, Candidate candidate, Backend.Call call, Duration begin)
            throws CallerGone, InterruptedException {
        try {
            return run.run(steps.backend(candidate.target()), call);
        } catch (TurnFault fault) {
            turn.attempts.add(summary(
                    candidate,
                    fault.reason().name(),
                    fault.getMessage(),
                    BackendFaults.quotes(fault.metadata()),
                    begin));
            throw fault;
        } catch (CallerGone gone) {
            turn.attempts.add(
                    summary(candidate, Reason.CALLER_CANCELLED.name(), "the caller closed the call", false, begin));
            throw gone;
        }
    }

    private Backend.Call call(
            Planned planned, Optional<Held> held, boolean mayOverflow, Optional<Backend.FirstTokenLimit> firstToken) {
        boolean leaves = planned.candidate().target() == Target.CLOUD && route.mayLeave();
        long choices = Math.max(1, turn.request.sampling().getChoiceCount());
        long output = held.map(Held::outputTokenLimit)
                .filter(limit -> limit > 0)
                .orElse(planned.need().outputTokens());
        return new Backend.Call(
                turn.attemptId(),
                turn.turnId,
                turn.request,
                planned.candidate().model(),
                leaves ? new Backend.Clearance(true, turn.decisionId, route.sensitivity()) : Backend.Clearance.NONE,
                mayOverflow,
                OptionalLong.of(Math.max(1, output / choices)),
                planned.estimatedInputTokens(),
                Math.max(1, attemptsLeft),
                held.filter(Held::callBegun).isPresent(),
                firstToken,
                turn.peerDeadline);
    }

    private void moved(Step step, Optional<Held> held, boolean mayOverflow, AttemptRun.Moved moved, Duration begin) {
        Candidate candidate = step.planned.candidate();
        attemptsLeft -= moved.tries();
        turn.attempts.add(
                summary(candidate, moved.cause(), moved.detail(), BackendFaults.quotes(moved.metadata()), begin));
        turn.discard();
        held.ifPresent(hold -> steps.release(turn, hold));
        exhausted.failed(candidate, moved);
        if (BackendFaults.isFull(moved) || BackendFaults.isSpent(moved)) {
            steps.observations().sawFull(candidate.target(), candidate.model());
        }
        if (BackendFaults.isTooLong(moved.cause())) {
            step.planned.entry().contextLength().ifPresent(this::needLargerWindow);
        }
        if (mayOverflow && BackendFaults.isFull(moved)) {
            ahead.add(new Step(step.planned, true));
        }
        failedBefore = candidate;
        causeBefore = moved.cause();
    }

    /** What one window did not hold, another one of its size need not be asked to. */
    private void needLargerWindow(long refusedTokens) {
        ahead.removeIf(step -> {
            OptionalLong window = step.planned.entry().contextLength();
            boolean tooSmall = window.isPresent() && window.getAsLong() <= refusedTokens;
            if (tooSmall) {
                leaveOut(
                        step,
                        RouteReason.of(
                                RouteReason.Kind.CONTEXT_LENGTH,
                                "its window of " + window.getAsLong()
                                        + " tokens is no larger than the one that was too small"));
            }
            return tooSmall;
        });
    }

    private Attempt summary(Candidate candidate, String outcome, String detail, boolean quoted, Duration begin) {
        return new Attempt(
                candidate, outcome, detail, quoted, turn.usage(), turn.elapsed().minus(begin));
    }

    /**
     * A candidate's turn to run.
     *
     * @param madeRoom whether it was full before, and others were to be asked first
     */
    private record Step(Planned planned, boolean madeRoom) {

        State state() {
            return planned.entry().state();
        }

        /** What bounds upstream calls does not stop a local answer. */
        boolean mayRun(int callsLeft) {
            return callsLeft > 0 || planned.candidate().target() == Target.LOCAL;
        }
    }

    /** A candidate that can run; no hold: it is free. */
    private record Paid(Step step, Optional<Held> held) {}

    /** The attempt that answered. */
    record Result(Planned planned, Optional<Held> held, Backend.Ended ended) {

        /**
         * How each choice ended; a cut at the hold's limit says that the budget granted no more. Backends say so of any limit
         * below the caller's own, also of one that is the model's.
         */
        List<ChoiceEnd> choiceEnds() {
            boolean limited = held.filter(Held::limitedByBudget).isPresent();
            LengthCause cause = limited ? LengthCause.LENGTH_CAUSE_BUDGET : LengthCause.LENGTH_CAUSE_MAX_OUTPUT_TOKENS;
            List<ChoiceEnd> ends = new ArrayList<>(ended.choiceEnds().size());
            for (ChoiceEnd end : ended.choiceEnds()) {
                boolean renamed = isCut(end) && (limited || end.getLengthCause() == LengthCause.LENGTH_CAUSE_BUDGET);
                ends.add(renamed ? end.toBuilder().setLengthCause(cause).build() : end);
            }
            return ends;
        }

        private static boolean isCut(ChoiceEnd end) {
            return end.getFinishReason() == FinishReason.FINISH_REASON_LENGTH
                    && end.getLengthCause() != LengthCause.LENGTH_CAUSE_CONTEXT_WINDOW;
        }
    }

    /** What the flow lends to its plans. */
    interface Steps {

        Reservation reserve(Turn turn, Planned planned);

        void release(Turn turn, Held held);

        FirstTokenWatch watch(Turn turn, Planned planned, Wait wait);

        Backend backend(Target target);

        Observations observations();
    }
}
