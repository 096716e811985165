package dev.millrace.local.slots;

import dev.millrace.local.Admission;
import dev.millrace.local.Engine;
import dev.millrace.local.Slot;
import dev.millrace.local.Ticket;
import dev.millrace.local.slots.OverflowGuard.Thresholds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SlotPoolTest {
    private static final Duration NOW = Duration.ZERO;
    private static final Duration DWELL = Duration.ofMillis(250);

    private final AtomicLong nanos = new AtomicLong();
    private final IdleEngine one = new IdleEngine("one", 2);
    private final IdleEngine two = new IdleEngine("two", 2);

    private SlotPool pool(int queueLimit, Engine... engines) {
        OverflowGuard guard = new OverflowGuard(new Thresholds(0.9, 0.75, DWELL), nanos::get);
        return new SlotPool(List.of(engines), queueLimit, guard, nanos::get);
    }

    private static Slot granted(Admission admission) {
        return ((Admission.Granted) admission).slot();
    }

    private static Ticket queued(Admission admission) {
        return ((Admission.Queued) admission).ticket();
    }

    @Test
    void takesTheLeastBusyEngine() {
        SlotPool pool = pool(4, one, two);

        List<String> order = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            order.add(
                    granted(pool.admit(Set.of(one, two), false, false)).engine().name());
        }

        assertThat(order.subList(0, 2)).containsExactlyInAnyOrder("one", "two");
        assertThat(order.subList(2, 4)).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void queuesWhenAllSlotsAreTakenAndRefusesWhenTheQueueIsFull() {
        SlotPool pool = pool(1, one);
        granted(pool.admit(Set.of(one), false, false));
        granted(pool.admit(Set.of(one), false, false));

        Ticket waiting = queued(pool.admit(Set.of(one), false, false));
        Admission refused = pool.admit(Set.of(one), false, false);

        assertThat(waiting.position()).isEqualTo(1);
        assertThat(((Admission.Refused) refused).cause()).isEqualTo(Admission.Cause.QUEUE_FULL);
    }

    @Test
    void givesAFreedSlotToWhomSomebodyWaitsForFirst() throws InterruptedException {
        SlotPool pool = pool(4, new IdleEngine("single", 1));
        Engine engine = pool.engines().getFirst();
        Slot running = granted(pool.admit(Set.of(engine), false, false));
        Ticket batch = queued(pool.admit(Set.of(engine), false, true));
        Ticket interactive = queued(pool.admit(Set.of(engine), false, false));

        running.close();

        assertThat(interactive.await(NOW)).isPresent();
        assertThat(batch.await(NOW)).isEmpty();
        assertThat(batch.position()).isEqualTo(1);
    }

    @Test
    void passesOverATicketThatCannotUseTheFreedEngine() throws InterruptedException {
        SlotPool pool = pool(4, new IdleEngine("a", 1), new IdleEngine("b", 1));
        Engine a = pool.engines().get(0);
        Engine b = pool.engines().get(1);
        granted(pool.admit(Set.of(a), false, false));
        Slot onB = granted(pool.admit(Set.of(b), false, false));
        Ticket wantsA = queued(pool.admit(Set.of(a), false, false));
        Ticket wantsB = queued(pool.admit(Set.of(b), false, false));

        onB.close();

        assertThat(wantsB.await(NOW).map(Slot::engine)).contains(b);
        assertThat(wantsA.await(NOW)).isEmpty();
    }

    @Test
    void freesASlotThatWasGrantedToACallThatHadGone() throws InterruptedException {
        SlotPool pool = pool(4, new IdleEngine("single", 1));
        Engine engine = pool.engines().getFirst();
        Slot running = granted(pool.admit(Set.of(engine), false, false));
        Ticket waiting = queued(pool.admit(Set.of(engine), false, false));

        running.close();
        waiting.close();

        assertThat(pool.currentLoad().slotsBusy()).isZero();
    }

    @Test
    void refusesOverflowWhenBusyAndTakesItAgainAfterTheDwell() {
        SlotPool pool = pool(4, one);
        Slot first = granted(pool.admit(Set.of(one), true, false));
        granted(pool.admit(Set.of(one), true, false));

        Admission whenFull = pool.admit(Set.of(one), true, false);
        first.close();
        Admission tooEarly = pool.admit(Set.of(one), true, false);
        nanos.addAndGet(DWELL.toNanos());
        Admission afterTheDwell = pool.admit(Set.of(one), true, false);

        assertThat(((Admission.Refused) whenFull).cause()).isEqualTo(Admission.Cause.OVERFLOW);
        assertThat(((Admission.Refused) tooEarly).cause()).isEqualTo(Admission.Cause.OVERFLOW);
        assertThat(afterTheDwell).isInstanceOf(Admission.Granted.class);
    }

    @Test
    void takesACallThatCannotGoElsewhereEvenWhenItRefusesOverflow() {
        SlotPool pool = pool(4, new IdleEngine("single", 1));
        Engine engine = pool.engines().getFirst();
        granted(pool.admit(Set.of(engine), false, false));

        assertThat(pool.admit(Set.of(engine), true, false)).isInstanceOf(Admission.Refused.class);
        assertThat(pool.admit(Set.of(engine), false, false)).isInstanceOf(Admission.Queued.class);
    }

    @Test
    void tellsTheWaitByHowLongSlotsWereHeld() {
        SlotPool pool = pool(4, new IdleEngine("single", 1));
        Engine engine = pool.engines().getFirst();
        Slot slot = granted(pool.admit(Set.of(engine), false, false));
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        slot.close();
        granted(pool.admit(Set.of(engine), false, false));

        Ticket waiting = queued(pool.admit(Set.of(engine), false, false));

        assertThat(waiting.expectedWait()).contains(Duration.ofSeconds(3));
    }

    @Test
    void neverRunsMoreThanItsSlotsUnderManyThreadsAndCancels() throws Exception {
        long seed = System.nanoTime();
        SlotPool pool = pool(1_000, one, two);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        List<Future<Boolean>> calls = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 400; i++) {
                Random random = new Random(seed + i);
                calls.add(threads.submit(() -> {
                    Optional<Slot> slot = slotOf(pool.admit(Set.of(one, two), false, random.nextBoolean()), random);
                    if (slot.isPresent()) {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        pool.currentLoad();
                        running.decrementAndGet();
                        slot.get().close();
                    }
                    return slot.isPresent();
                }));
            }
        }

        for (Future<Boolean> call : calls) {
            call.get();
        }
        assertThat(most.get()).as("seed %d", seed).isBetween(1, 4);
        assertThat(pool.currentLoad().slotsBusy()).as("seed %d", seed).isZero();
        assertThat(pool.currentLoad().queueLength()).as("seed %d", seed).isZero();
    }

    private static Optional<Slot> slotOf(Admission admission, Random random) throws InterruptedException {
        return switch (admission) {
            case Admission.Granted granted -> Optional.of(granted.slot());
            case Admission.Refused refused -> Optional.empty();
            case Admission.Queued queued -> {
                try (Ticket ticket = queued.ticket()) {
                    if (random.nextInt(4) == 0) {
                        ticket.cancel();
                    }
                    yield ticket.await(Duration.ofSeconds(20));
                }
            }
        };
    }
}
