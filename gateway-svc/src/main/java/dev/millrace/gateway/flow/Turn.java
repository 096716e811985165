package dev.millrace.gateway.flow;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Decision;
import dev.millrace.gateway.Ledger.Held;
import dev.millrace.gateway.PromptJudge.Judged;
import dev.millrace.gateway.PromptJudge.Judgement;
import dev.millrace.gateway.PromptJudge.NotAsked;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.Routing;
import dev.millrace.gateway.Routing.Planned;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnResult.Attempt;
import dev.millrace.gateway.Verdict;
import dev.millrace.rpc.Alarms;
import dev.millrace.rpc.CallContext;
import dev.millrace.rpc.Deadlines;
import dev.millrace.rpc.Uuid7;
import dev.millrace.schema.completion.v1.TokenUsage;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What is known of one turn while it runs. Used by the turn's own thread alone. */
final class Turn {

    final TurnRequest request;
    final Teller teller;
    final HeldAnswers.Share held;
    final String turnId;
    final String decisionId = Uuid7.mint();
    final String mark;
    final String requestId;
    final Deadline peerDeadline;
    final Deadline deadline;
    final List<Attempt> attempts = new ArrayList<>();
    private final long begin = System.nanoTime();
    private Judgement judgement = new NotAsked();
    private Duration classifyTook = Duration.ZERO;
    private Routing.@Nullable Route route;
    private List<Candidate> candidates = List.of();
    private @Nullable Planned answering;
    private @Nullable Relayed relayed;
    private @Nullable TokenUsage reported;
    private @Nullable Duration firstToken;
    private Duration queued = Duration.ZERO;
    private String holdId = "";
    private int number;
    private int numbersGiven;
    private CompletableFuture<Void> releasing = CompletableFuture.allOf();
    private boolean handedOver;
    private boolean settled;

    Turn(TurnRequest request, Teller teller, HeldAnswers.Share held) {
        this.request = request;
        this.teller = teller;
        this.held = held;
        turnId = CallContext.turn().isEmpty() ? Uuid7.mint() : CallContext.turn();
        mark = CallerMark.of(request.requestId(), turnId);
        requestId = mark.isEmpty() ? turnId : mark;
        Deadline whole = Deadlines.current();
        deadline = Deadlines.before(whole, Deadlines.GATEWAY_MARGIN);
        peerDeadline = Deadlines.peer(whole);
    }

    void judged(Judgement judgement) {
        this.judgement = judgement;
        classifyTook = elapsed();
    }

    Judgement judgement() {
        return judgement;
    }

    Duration classifyTook() {
        return classifyTook;
    }

    Optional<Verdict> verdict() {
        return judgement instanceof Judged judged ? Optional.of(judged.verdict()) : Optional.empty();
    }

    void routed(Routing.Route route) {
        this.route = route;
        candidates = route.candidates();
    }

    boolean isRouted() {
        return route != null;
    }

    Optional<Tier> tier() {
        return route == null ? Optional.empty() : route.tier();
    }

    Decision decision() {
        return new Decision(
                turnId,
                requestId,
                decisionId,
                tier(),
                verdict(),
                candidates,
                Optional.ofNullable(answering).map(Planned::candidate),
                route == null ? "" : route.policyVersion());
    }

    /** Takes a candidate out of the plan that could not be paid for. */
    void leavesPlan(Candidate candidate, RouteReason reason) {
        List<RouteReason> reasons = new ArrayList<>(List.of(reason));
        reasons.addAll(candidate.reasons());
        List<Candidate> rest = new ArrayList<>(
                candidates.stream().filter(one -> !one.equals(candidate)).toList());
        rest.add(new Candidate(
                candidate.target(),
                candidate.engine(),
                candidate.model(),
                reasons,
                true,
                candidate.estimatedCostNanoUsd(),
                candidate.estimatedFirstToken(),
                candidate.confidence()));
        candidates = List.copyOf(rest);
    }

    /** The candidates that could have been of use and were not tried, each with why. */
    List<Candidate> passedOver() {
        return candidates.stream()
                .filter(Candidate::rejected)
                .filter(candidate -> candidate.reasons().getFirst().kind() != RouteReason.Kind.PLACEMENT)
                .toList();
    }

    /** Begins the next attempt: its number, from 1. */
    int next(Planned planned, Optional<Held> held) {
        answering = planned;
        relayed = new Relayed(planned.estimatedInputTokens());
        reported = null;
        holdId = held.map(Held::holdId).orElse("");
        number = ++numbersGiven;
        return number;
    }

    String attemptId() {
        return turnId + "/" + number;
    }

    /** The id that the next attempt will have. */
    String nextAttemptId() {
        return turnId + "/" + (numbersGiven + 1);
    }

    /** Gives the next attempt's number up: a hold may stand under it of which nothing is known here. */
    void skipAttemptId() {
        numbersGiven++;
    }

    int number() {
        return Math.max(1, number);
    }

    Relayed relayed() {
        return relayed == null ? new Relayed(OptionalLong.empty()) : relayed;
    }

    /** The hold of a failed attempt is being freed. */
    void releasing(CompletableFuture<Void> released) {
        releasing = released;
    }

    /**
     * Waits until the failed attempt's hold is free, so that the next one is not refused the same money; not after the caller
     * has left or its time is up. A hold of which nothing is heard ends with the turn.
     */
    void awaitRelease(Duration atMost) {
        if (releasing.isDone()) {
            return;
        }
        CompletableFuture<Boolean> over = releasing.handle((freed, unknown) -> true);
        Context.CancellationListener leaves = left -> over.complete(false);
        Context.current().addListener(leaves, Runnable::run);
        Duration left = Deadlines.remaining(deadline);
        try {
            Alarms.await(over, left.compareTo(atMost) < 0 ? left : atMost);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException never) {
            throw new IllegalStateException(never);
        } finally {
            Context.current().removeListener(leaves);
        }
    }

    /** What the answering attempt gave: as its backend reported it, else as it was counted here. */
    Optional<TokenUsage> usage() {
        boolean tells = reported != null && reported.hasOutputTokens();
        return tells ? Optional.ofNullable(reported) : relayed().given().or(() -> Optional.ofNullable(reported));
    }

    void reported(TokenUsage usage) {
        reported = usage;
    }

    /** All that the attempt gave is the caller's now. */
    void handOver() {
        handedOver = true;
    }

    /** What the caller was handed, which is what it pays for where it leaves or runs out of time. */
    Optional<TokenUsage> delivered() {
        return handedOver ? usage() : relayed().told();
    }

    /** From now on the ledger has this turn, or its outbox does. */
    void settled() {
        settled = true;
    }

    boolean isSettled() {
        return settled;
    }

    /** The candidate that gave or gives tokens; empty: none did. */
    Optional<Planned> answering() {
        return relayed().anything() || reported != null ? Optional.ofNullable(answering) : Optional.empty();
    }

    String holdId() {
        return holdId;
    }

    void sawFirstToken(Duration queuedBefore) {
        queued = queuedBefore;
        firstToken = elapsed();
    }

    /** Forgets what a discarded attempt gave: nobody saw it, and so nobody is charged for it. */
    void discard() {
        held.close();
        relayed = null;
        reported = null;
        firstToken = null;
        handedOver = false;
        holdId = "";
    }

    Optional<Duration> firstToken() {
        return Optional.ofNullable(firstToken);
    }

    Duration queued() {
        return queued;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
