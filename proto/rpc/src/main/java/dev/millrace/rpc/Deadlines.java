package dev.millrace.rpc;

import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

/** Divides the one deadline of a call among its steps; nothing here ever makes a deadline longer. */
public final class Deadlines {
    /** What a call without a deadline gets, and the longest that one may ask for: sidecars cap streams at 600 s. */
    public static final Duration LONGEST = Duration.ofSeconds(590);

    /** A peer ends this much earlier, so that its answer still arrives. */
    public static final Duration PEER_MARGIN = Duration.ofMillis(60);

    /** The gateway ends this much earlier, so that its caller sees the details and not its own timer. */
    public static final Duration GATEWAY_MARGIN = Duration.ofMillis(30);

    private Deadlines() {}

    /** The deadline of the call that runs here, or {@link #LONGEST} from now. */
    public static Deadline current() {
        @Nullable Deadline set = Context.current().getDeadline();
        return set == null ? after(LONGEST) : set;
    }

    public static Deadline after(Duration span) {
        return Deadline.after(span.toNanos(), NANOSECONDS);
    }

    /** {@code margin} before the whole deadline. */
    public static Deadline before(Deadline whole, Duration margin) {
        return whole.offset(-margin.toNanos(), NANOSECONDS);
    }

    /** For a call to a peer: {@link #PEER_MARGIN} before the whole. */
    public static Deadline peer(Deadline whole) {
        return before(whole, PEER_MARGIN);
    }

    /** For one step: {@code slice} from now, or {@link #PEER_MARGIN} before the whole, whichever comes first. */
    public static Deadline slice(Deadline whole, Duration slice) {
        return peer(whole).minimum(after(slice));
    }

    /** What is left, zero when the deadline has passed. */
    public static Duration remaining(Deadline deadline) {
        return Duration.ofNanos(Math.max(0, deadline.timeRemaining(NANOSECONDS)));
    }
}
