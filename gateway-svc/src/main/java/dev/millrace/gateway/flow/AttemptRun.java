package dev.millrace.gateway.flow;

import dev.millrace.gateway.Backend;
import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest.Delivery;
import dev.millrace.gateway.TurnSink.CallerGone;
import dev.millrace.rpc.Deadlines;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.Started;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one attempt: relays its frames at the caller's pace and says how it ended.
 *
 * <p>Started is held until the first piece comes, so that an attempt that dies in between can still move unseen. For an
 * answer that is delivered whole all pieces are held until the end, so that a cut attempt can be repeated elsewhere.
 */
final class AttemptRun {

    /** The name of the cause where a first token came too late; a backend that notices first uses the same. */
    static final String TOO_SLOW = "FIRST_TOKEN_TOO_LATE";

    /** What an answer that is delivered whole may take here: more than any model writes in one. */
    private static final long HELD_BYTES_MAX = 32 << 20;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Turn turn;
    private final Candidate candidate;
    private final FirstTokenWatch watch;
    private final BooleanSupplier othersCanTakeIt;
    private final boolean whole;
    private final List<Delta> held = new ArrayList<>();
    private @Nullable Started started;
    private boolean begun;
    /** Calls of a provider that the backend has made as far as it has told. */
    private int tries = 1;

    private Optional<Duration> firstTokenTook = Optional.empty();

    /** @param othersCanTakeIt asked once the first token is late; where it says no, this attempt is waited for */
    AttemptRun(Turn turn, Candidate candidate, FirstTokenWatch watch, BooleanSupplier othersCanTakeIt) {
        this.turn = turn;
        this.candidate = candidate;
        this.watch = watch;
        this.othersCanTakeIt = othersCanTakeIt;
        whole = turn.request.delivery() == Delivery.WHOLE;
    }

    /**
     * Runs to the end.
     *
     * @throws TurnFault where the turn ends with this attempt
     */
    Outcome run(Backend backend, Backend.Call call) throws CallerGone, InterruptedException {
        try (Backend.Stream stream = backend.open(call)) {
            while (true) {
                Duration left = Deadlines.remaining(turn.deadline);
                Duration patience = watch.patience();
                Duration wait = patience.compareTo(left) < 0 ? patience : left;
                Optional<Outcome> outcome = switch (stream.next(wait, this::passed)) {
                    case Backend.Piece(Delta delta) -> piece(delta);
                    case Backend.Waiting(var progress) -> {
                        watch.saw(progress);
                        tries = Math.max(tries, progress.getRetrying().getAttempt());
                        turn.teller.tell(turn::decision, turn.number(), new TurnEvent.Waiting(progress));
                        yield Optional.empty();
                    }
                    case Backend.Begun(Started begin) -> {
                        started = begin;
                        turn.relayed().begun(begin);
                        yield Optional.empty();
                    }
                    case Backend.Ended ended -> ended(ended);
                    case Backend.Silence silence -> silence();
                    case Backend.Failed(Fault fault) -> Optional.of(failed(fault));
                };
                if (outcome.isPresent()) {
                    return outcome.get();
                }
            }
        }
    }

    /** How long the first token took, time in queues apart; empty: none came. */
    Optional<Duration> firstTokenTook() {
        return firstTokenTook;
    }

    private Optional<Outcome> piece(Delta delta) throws CallerGone {
        if (firstTokenTook.isEmpty()) {
            firstTokenTook = Optional.of(watch.active());
            turn.sawFirstToken(watch.suspension());
        }
        watch.sawToken();
        turn.relayed().came(delta);
        if (whole) {
            if (!hold(delta)) {
                throw noRoom();
            }
            if (turn.held.bytes() > HELD_BYTES_MAX) {
                return Optional.of(failed(BackendFaults.lost("its answer has more than " + HELD_BYTES_MAX + " bytes")));
            }
        } else if (turn.teller.shows(delta)) {
            begin();
            turn.teller.tell(turn::decision, turn.number(), new TurnEvent.Piece(delta));
            turn.relayed().told(delta);
        }
        return Optional.empty();
    }

    /** False: there is no room for it. */
    private boolean hold(Delta delta) {
        return turn.held.take(delta.getSerializedSize()) && held.add(delta);
    }

    private TurnFault noRoom() {
        return new TurnFault(
                Reason.CAPACITY_EXHAUSTED,
                "the gateway holds too many answers that are delivered whole to take more of that of "
                        + candidate.model()
                        + ". Ask for a stream, try again in a second, or give the process a larger heap",
                Map.of("model", candidate.model(), "retry_after_millis", Long.toString(RETRY.toMillis())),
                Optional.of(RETRY),
                Optional.empty());
    }

    /**
     * Passes a piece on by the thread that brings it while the turn's own waits for a frame, which spares a token that thread's
     * waking; false: that one has to, because the answer begins, or its reader or a limit is to be seen to.
     */
    private boolean passed(Delta delta) {
        boolean taken = whole
                ? firstTokenTook.isPresent() && turn.held.bytes() <= HELD_BYTES_MAX / 2 && hold(delta)
                : isTold(delta);
        if (!taken) {
            return false;
        }
        watch.sawToken();
        turn.relayed().came(delta);
        if (!whole) {
            turn.relayed().told(delta);
        }
        return true;
    }

    private boolean isTold(Delta delta) {
        return begun && turn.teller.shows(delta) && turn.teller.offer(turn.number(), new TurnEvent.Piece(delta));
    }

    /** An end that leaves open how any choice ended is none. */
    private Optional<Outcome> ended(Backend.Ended ended) throws CallerGone {
        if (!turn.relayed().isWhole(ended.choiceEnds())) {
            return Optional.of(failed(BackendFaults.lost("the answer ended without saying how")));
        }
        turn.reported(ended.usage());
        begin();
        for (Delta delta : held) {
            turn.teller.tell(turn::decision, turn.number(), new TurnEvent.Piece(delta));
        }
        if (!whole) {
            turn.handOver();
        }
        return Optional.of(new Answered(ended));
    }

    private void begin() throws CallerGone {
        if (begun) {
            return;
        }
        begun = true;
        Started.Builder telling = started == null
                ? Started.newBuilder().setModel(candidate.model()).setEngine(candidate.engine())
                : started.toBuilder();
        turn.teller.tell(
                turn::decision,
                turn.number(),
                new TurnEvent.Begun(telling.setAttempt(turn.number()).build()));
    }

    private Optional<Outcome> silence() {
        requireCaller();
        if (watch.isLost()) {
            return Optional.of(failed(BackendFaults.lost("no sign of life for too long")));
        }
        if (watch.patience().isPositive()) {
            return Optional.empty();
        }
        String late = "no token within " + watch.active().toMillis() + " ms";
        if (!othersCanTakeIt.getAsBoolean()) {
            watch.unlimited();
            return Optional.empty();
        }
        return Optional.of(new Moved(TOO_SLOW, late, Optional.empty(), Map.of(), tries));
    }

    private Outcome failed(Fault fault) {
        requireCaller();
        CallerLeft.requireTime(
                fault, turn.deadline, turn.elapsed(), candidate.target().label(), candidate.model());
        String detail = BackendFaults.plain(fault, candidate.target());
        if (begun) {
            throw new TurnFault(
                    Reason.STREAM_INTERRUPTED,
                    "the answer of " + candidate.model() + " was cut after its first token: " + detail
                            + ". Nothing is charged; ask again",
                    BackendFaults.withQuoteMark(fault, Map.of("model", candidate.model(), "cause", fault.reason())));
        }
        Optional<Reason> stop = BackendFaults.stops(fault);
        if (stop.isPresent()) {
            throw new TurnFault(stop.get(), detail, fault.metadata());
        }
        return new Moved(fault.reason(), detail, fault.retryDelay(), fault.metadata(), tries(fault));
    }

    /** As the fault says; one that was made on the way does not know. */
    private int tries(Fault fault) {
        String told = fault.metadata().getOrDefault("tries", "");
        return told.matches("[0-9]{1,4}") ? Math.max(1, Integer.parseInt(told)) : tries;
    }

    /** A failure that the caller's own leaving has made is not the backend's. */
    private void requireCaller() {
        CallerLeft.requireCaller(
                turn.deadline, turn.elapsed(), candidate.target().label(), candidate.model());
    }

    /** How an attempt ended. */
    sealed interface Outcome {}

    /** It answered. */
    record Answered(Backend.Ended ended) implements Outcome {}

    /** It did not, and the next candidate may. */
    record Moved(String cause, String detail, Optional<Duration> retryAfter, Map<String, String> metadata, int tries)
            implements Outcome {

        boolean isTooSlow() {
            return cause.equals(TOO_SLOW);
        }
    }
}
