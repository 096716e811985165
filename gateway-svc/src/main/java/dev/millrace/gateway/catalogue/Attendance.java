package dev.millrace.gateway.catalogue;

import dev.millrace.gateway.Standing;
import dev.millrace.gateway.Standing.Presence;
import dev.millrace.gateway.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Which backends told their models when they were asked, and when each last did. Safe for several threads. */
final class Attendance {

    /** So many questions in a row without an answer are no accident. */
    static final int MISSED_MAX = 3;

    private final LongSupplier nanoTime;

    /** Guarded by this. */
    private final Map<Target, Long> toldAt = new EnumMap<>(Target.class);

    /** In a row. Guarded by this. */
    private final Map<Target, Integer> missed = new EnumMap<>(Target.class);

    Attendance(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void note(Target target, boolean answered) {
        if (answered) {
            toldAt.put(target, nanoTime.getAsLong());
            missed.remove(target);
        } else {
            missed.merge(target, 1, Integer::sum);
        }
    }

    synchronized boolean hasTold(Target target) {
        return toldAt.containsKey(target);
    }

    synchronized List<Standing> standings() {
        return Arrays.stream(Target.values())
                .map(target -> new Standing(target, presence(target), age(target)))
                .toList();
    }

    private Presence presence(Target target) {
        int inARow = missed.getOrDefault(target, 0);
        if (!toldAt.containsKey(target) || inARow >= MISSED_MAX) {
            return Presence.AWAY;
        }
        return inARow == 0 ? Presence.ANSWERS : Presence.MISSED;
    }

    private Optional<Duration> age(Target target) {
        return Optional.ofNullable(toldAt.get(target)).map(at -> Duration.ofNanos(nanoTime.getAsLong() - at));
    }
}
