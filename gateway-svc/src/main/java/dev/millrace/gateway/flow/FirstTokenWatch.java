package dev.millrace.gateway.flow;

import dev.millrace.gateway.Backend.FirstTokenLimit;
import dev.millrace.gateway.Catalogue.State;
import dev.millrace.schema.completion.v1.Progress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Says how long an attempt may stay silent.
 *
 * <p>Until its first token: the first-token limit, which QUEUED, LOADING and RETRYING suspend for a while and THINKING does
 * not; and once it beats, its beats. From then on: the pause between two tokens. The last candidate has no limit but these
 * and the deadline. Used by one thread.
 */
final class FirstTokenWatch {

    private static final Duration LOADED_MIN = Duration.ofSeconds(1);
    private static final int TAIL_FACTOR = 3;
    /** A backend that notices its silence itself says more of it than one that is left: it gets a little less time. */
    private static final int MARGIN_PART = 20;

    private static final Duration MARGIN_MAX = Duration.ofMillis(250);
    /** A backend that works says so every second. */
    private static final Duration TWO_BEATS = Duration.ofSeconds(2);

    private final FlowLimits limits;
    private final LongSupplier nanoTime;
    private final long begin;
    private Optional<Duration> limit;
    private long lastFrame;
    private long suspendedSince;
    private long suspendedNanos;
    private boolean suspended;
    private boolean beats;
    private boolean begun;

    /** Begins to watch; an empty limit is the last candidate's. */
    FirstTokenWatch(Optional<Duration> limit, FlowLimits limits, LongSupplier nanoTime) {
        this.limit = limit;
        this.limits = limits;
        this.nanoTime = nanoTime;
        begin = nanoTime.getAsLong();
        lastFrame = begin;
    }

    /** max(target, 3 x p95), at most {@code max}; unobserved: max(target, 1 s) for a model that is there, else {@code max}. */
    static Duration limit(Duration target, Optional<Duration> p95, State state, Duration max) {
        boolean there = state == State.LOADED || state == State.RESTING;
        Duration expected =
                p95.map(observed -> observed.multipliedBy(TAIL_FACTOR)).orElse(there ? LOADED_MIN : max);
        return min(max, target.compareTo(expected) > 0 ? target : expected);
    }

    /** The limit as the backend is told it. */
    Optional<FirstTokenLimit> told() {
        return limit.map(allowed -> new FirstTokenLimit(
                allowed.minus(min(allowed.dividedBy(MARGIN_PART), MARGIN_MAX)),
                allowed.compareTo(limits.firstTokenMax()) >= 0));
    }

    /** From now on as the last candidate's, because nobody else can take the turn. */
    void unlimited() {
        limit = Optional.empty();
    }

    /** Takes note of what the backend waits for. */
    void saw(Progress progress) {
        settleSuspension();
        beats = true;
        suspended = switch (progress.getStateCase()) {
            case QUEUED, LOADING, RETRYING -> true;
            case THINKING, STATE_NOT_SET -> false;
        };
    }

    /** Takes note of a token, or of the word that one comes. */
    void sawToken() {
        settleSuspension();
        suspended = false;
        begun = true;
    }

    private void settleSuspension() {
        long now = nanoTime.getAsLong();
        if (suspended) {
            suspendedNanos += now - suspendedSince;
        }
        suspendedSince = now;
        lastFrame = now;
    }

    /** How long the next frame may take. Zero or less: too long already. */
    Duration patience() {
        long silent = nanoTime.getAsLong() - lastFrame;
        if (begun) {
            return limits.tokenSilenceMax().minusNanos(silent);
        }
        Duration beat = beatMax().minusNanos(silent);
        return limit.map(allowed -> min(beat, untilLimit(allowed))).orElse(beat);
    }

    /** The contract wants a beat every second; until the first the backend may be starting. */
    private Duration beatMax() {
        return beats ? limits.beatSilenceMax() : limits.tokenSilenceMax();
    }

    private Duration untilLimit(Duration allowed) {
        return suspended ? limits.suspendedMax().minus(suspension()) : allowed.minus(active());
    }

    /** Time since the beginning that was not suspended. */
    Duration active() {
        return Duration.ofNanos(nanoTime.getAsLong() - begin).minus(suspension());
    }

    /** How long a first token was waited for in vain; empty: the backend was not yet at it, or is not slow but gone. */
    Optional<Duration> late() {
        boolean alive = nanoTime.getAsLong() - lastFrame < TWO_BEATS.toNanos();
        return suspended || begun || !alive ? Optional.empty() : Optional.of(active());
    }

    /** Time spent queued, loading or retrying. */
    Duration suspension() {
        long open = suspended ? nanoTime.getAsLong() - suspendedSince : 0;
        return Duration.ofNanos(suspendedNanos + open);
    }

    /** Whether the silence is the backend's end rather than mere slowness. */
    boolean isLost() {
        Duration silent = Duration.ofNanos(nanoTime.getAsLong() - lastFrame);
        return silent.compareTo(begun ? limits.tokenSilenceMax() : beatMax()) >= 0;
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** How long a first token may be waited for. */
    enum Wait {
        /** As long as the model's own first tokens have taken lately makes likely. */
        AS_OBSERVED,
        /** Until the deadline. */
        UNLIMITED
    }
}
