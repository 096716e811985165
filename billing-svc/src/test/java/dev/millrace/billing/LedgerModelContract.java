package dev.millrace.billing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

import static dev.millrace.billing.Samples.MODEL;
import static dev.millrace.billing.Samples.price;
import static dev.millrace.billing.Samples.settlement;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Drives a ledger at random (reserve, repeat, release, settle, late settle, expire, lower and raise budgets, midnight) and
 * compares each answer with a sequential model that is small enough to be believed.
 */
public abstract class LedgerModelContract {
    private static final int STEPS = 400;
    private static final List<String> TENANTS = List.of("a", "b");
    private static final List<TurnEnd> ENDS = List.of(TurnEnd.values());
    private static final long DEFAULT_BUDGET = 60_000_000;

    protected abstract Ledger open(LedgerTerms terms, ManualClock time);

    @RepeatedTest(10)
    void behavesLikeTheModel(RepetitionInfo repetition) {
        long seed = Long.getLong("millrace.seed", System.nanoTime() + repetition.getCurrentRepetition());
        try {
            playedWith(new Random(seed));
        } catch (AssertionError unlike) {
            // Several run at once: what fails names its own.
            throw new AssertionError(
                    "with -Dmillrace.seed=" + seed + " in every repetition: " + unlike.getMessage(), unlike);
        }
    }

    private void playedWith(Random random) {
        ManualClock clock = new ManualClock();
        clock.advance(Duration.ofHours(11));
        try (Ledger ledger = open(new LedgerTerms(DEFAULT_BUDGET, MODEL), clock)) {
            ledger.putPrice(price());
            Model model = new Model(clock);
            for (int step = 0; step < STEPS; step++) {
                act(ledger, model, random, clock);
                for (String tenant : TENANTS) {
                    Budget budget = ledger.budget(tenant);
                    assertThat(budget.spentNanoUsd()).as("spent, step %d", step).isEqualTo(model.spent(tenant));
                    assertThat(budget.heldNanoUsd()).as("held, step %d", step).isEqualTo(model.held(tenant));
                }
            }
        }
    }

    private static void act(Ledger ledger, Model model, Random random, ManualClock clock) {
        String tenant = TENANTS.get(random.nextInt(TENANTS.size()));
        String turn = tenant + random.nextInt(60);
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3, 4 -> {
                long input = random.nextInt(2_000);
                long output = 1L + random.nextInt(2_000);
                String attempt = turn + "/" + (1 + random.nextInt(2));
                Duration ttl = Duration.ofSeconds(1 + random.nextInt(600));
                Reservation answer = ledger.reserve(
                                new HoldRequest(turn, tenant, attempt, "", MODEL, input, output, ttl, false, false))
                        .join();
                assertThat(answer instanceof Reservation.Granted g ? g.hold().amountNanoUsd() : -1)
                        .as("hold of %s", attempt)
                        .isEqualTo(model.reserve(tenant, turn, attempt, input, output, ttl));
            }
            case 5, 6, 7, 8 -> {
                String attempt = turn + "/" + (1 + random.nextInt(2));
                TurnEnd end = ENDS.get(random.nextInt(ENDS.size()));
                Tokens tokens = Tokens.of(random.nextInt(3_000), random.nextInt(3_000), Provenance.COUNTED);
                Charge charge = Samples.settled(ledger.settle(settlement(tenant, turn, attempt, end, tokens)));
                assertThat(charge.chargedNanoUsd())
                        .as("charge of %s", turn)
                        .isEqualTo(model.settle(tenant, turn, attempt, end, tokens));
            }
            case 9 -> {
                String attempt = turn + "/" + (1 + random.nextInt(2));
                assertThat(ledger.release(tenant, turn, attempt).join().orElse(0))
                        .as("release of %s", attempt)
                        .isEqualTo(model.release(tenant, attempt));
            }
            case 10 -> {
                long daily = random.nextInt(100) * 1_000_000L;
                ledger.setBudget(tenant, daily, "test");
                model.budgets.put(tenant, daily);
            }
            default -> clock.advance(Duration.ofSeconds(random.nextInt(400)));
        }
    }

    /** Money kept in lists, counted anew each time. */
    private static final class Model {
        private final ManualClock clock;
        private final Map<String, Long> budgets = new HashMap<>();
        private final Map<String, Held> holds = new HashMap<>();
        private final Map<String, Long> charges = new HashMap<>();
        private final List<Spent> spendings = new ArrayList<>();

        Model(ManualClock clock) {
            this.clock = clock;
        }

        long reserve(String tenant, String turn, String attempt, long input, long output, Duration ttl) {
            Held known = holds.get(attempt);
            if (charges.containsKey(turn) || (known != null && !known.live(clock.instant()))) {
                return -1;
            }
            if (known != null) {
                return known.amount;
            }
            holds.values().forEach(hold -> hold.ended |= hold.tenant.equals(tenant) && !hold.live(clock.instant()));
            long left = left(tenant, day());
            long granted = output;
            while (granted >= 0 && amount(input, granted) > left) {
                granted--;
            }
            if (granted < Math.min(output, 64)) {
                return -1;
            }
            holds.put(
                    attempt,
                    new Held(
                            tenant,
                            turn,
                            day(),
                            amount(input, granted),
                            clock.instant().plus(ttl)));
            return amount(input, granted);
        }

        long settle(String tenant, String turn, String attempt, TurnEnd end, Tokens tokens) {
            Held hold = holds.get(attempt);
            boolean secured = hold != null && !hold.ended;
            holds.values().forEach(one -> one.ended |= one.turn.equals(turn));
            if (charges.containsKey(turn)) {
                return charges.get(turn);
            }
            long day = hold == null ? day() : hold.day;
            long cost = amount(tokens.input().orElseThrow(), tokens.output().orElseThrow());
            long charge = Math.min(cost, hold == null ? Long.MAX_VALUE : hold.amount);
            charge = secured ? charge : Math.min(charge, left(tenant, day));
            charge = end.isCharged() ? charge : 0;
            charges.put(turn, charge);
            spendings.add(new Spent(tenant, day, charge));
            return charge;
        }

        long release(String tenant, String attempt) {
            Held hold = holds.get(attempt);
            if (hold == null || hold.ended || !hold.tenant.equals(tenant)) {
                return 0;
            }
            hold.ended = true;
            return hold.amount;
        }

        long spent(String tenant) {
            return spent(tenant, day());
        }

        private long spent(String tenant, long day) {
            return spendings.stream()
                    .filter(one -> one.tenant.equals(tenant) && one.day == day)
                    .mapToLong(Spent::amount)
                    .sum();
        }

        long held(String tenant) {
            return holds.values().stream()
                    .filter(one -> one.tenant.equals(tenant) && one.day == day() && one.live(clock.instant()))
                    .mapToLong(one -> one.amount)
                    .sum();
        }

        /** Money of holds that have expired is set aside until the tenant's next reservation sweeps it. */
        private long left(String tenant, long day) {
            long setAside = holds.values().stream()
                    .filter(one -> one.tenant.equals(tenant) && one.day == day && !one.ended)
                    .mapToLong(one -> one.amount)
                    .sum();
            return Math.max(0, budgets.getOrDefault(tenant, DEFAULT_BUDGET) - spent(tenant, day) - setAside);
        }

        private long day() {
            return clock.instant().getEpochSecond() / 86_400;
        }

        private static long amount(long input, long output) {
            return input * 2_000 + output * 8_000;
        }
    }

    private record Spent(String tenant, long day, long amount) {}

    /** A hold of the model. */
    private static final class Held {
        private final String tenant;
        private final String turn;
        private final long day;
        private final long amount;
        private final Instant expires;
        private boolean ended;

        Held(String tenant, String turn, long day, long amount, Instant expires) {
            this.tenant = tenant;
            this.turn = turn;
            this.day = day;
            this.amount = amount;
            this.expires = expires;
        }

        boolean live(Instant now) {
            return !ended && expires.isAfter(now);
        }
    }
}
