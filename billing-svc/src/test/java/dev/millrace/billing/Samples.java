package dev.millrace.billing;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Requests as a gateway makes them, in the form that most tests want. */
public final class Samples {
    public static final String TENANT = "acme";
    public static final String MODEL = "gpt-4.1";
    public static final Duration TTL = Duration.ofSeconds(60);
    private static final long USD = 1_000_000_000;

    private Samples() {}

    /** 2 USD for a million tokens in, 8 USD out. */
    public static PriceChange price() {
        return price(MODEL, 2, 8);
    }

    public static PriceChange price(String model, long usdInput, long usdOutput) {
        return new PriceChange(
                model,
                usdInput * USD,
                OptionalLong.empty(),
                usdOutput * USD,
                OptionalLong.empty(),
                Optional.empty(),
                "test",
                "test");
    }

    /** 1,000 tokens in and out: 2,000,000 + 8,000,000 nano-USD = 0.01 USD at {@link #price}. */
    public static HoldRequest hold(String turnId) {
        return hold(turnId, 1, 1_000, 1_000);
    }

    public static HoldRequest hold(String turnId, int attempt, long input, long output) {
        return hold(turnId, attempt, input, output, false);
    }

    /** The hold of {@link #hold(String)}, which says as well that its attempt's first call begins. */
    public static HoldRequest begun(String turnId) {
        return begun(turnId, 1);
    }

    public static HoldRequest begun(String turnId, int attempt) {
        return hold(turnId, attempt, 1_000, 1_000, true);
    }

    private static HoldRequest hold(String turnId, int attempt, long input, long output, boolean beginsCall) {
        return new HoldRequest(
                turnId, TENANT, turnId + "/" + attempt, "", MODEL, input, output, TTL, false, beginsCall);
    }

    public static Settlement settlement(String turnId, String holdId, TurnEnd end, Tokens tokens) {
        return settlement(TENANT, turnId, holdId, end, tokens);
    }

    public static Settlement settlement(String tenant, String turnId, String holdId, TurnEnd end, Tokens tokens) {
        return new Settlement(
                turnId,
                tenant,
                holdId,
                end,
                tokens,
                holdId.isEmpty() ? "millrace-starter" : MODEL,
                holdId.isEmpty() ? "local" : "cloud",
                holdId.isEmpty() ? "embedded" : "holysheep",
                "req-" + turnId,
                "",
                turnId + "/1",
                "{\"v\":1}",
                Optional.of(Duration.ofMillis(20)),
                Optional.of(Duration.ofMillis(200)),
                "trivial",
                Map.of("team", "a \"b\""));
    }

    public static AttemptPhase.Call call(String turnId, int attempt, int tryNumber) {
        return new AttemptPhase.Call(turnId, TENANT, turnId + "/" + attempt, tryNumber, "holysheep", MODEL);
    }

    public static AttemptPhase.Ended ended(AttemptPhase.Call call, long input, long output, Provenance provenance) {
        return new AttemptPhase.Ended(call, Tokens.of(input, output, provenance), "completed");
    }

    public static Hold granted(CompletableFuture<Reservation> answer) {
        Reservation reservation = answer.join();
        if (reservation instanceof Reservation.Granted granted) {
            return granted.hold();
        }
        throw new AssertionError("not granted: " + reservation);
    }

    public static Charge settled(CompletableFuture<SettleOutcome> answer) {
        SettleOutcome outcome = answer.join();
        if (outcome instanceof SettleOutcome.Settled settled) {
            return settled.charge();
        }
        throw new AssertionError("not settled: " + outcome);
    }
}
