package dev.millrace.billing;

/** The answer to a {@link HoldRequest}. */
public sealed interface Reservation {
    /** The money is set aside. */
    record Granted(Hold hold) implements Reservation {}

    /** Not even a short answer fits into what is left of the day's budget. */
    record BudgetExhausted(long askedNanoUsd, long leftNanoUsd, long budgetNanoUsd) implements Reservation {}

    /** The model has no price row, and the caller did not say that it is free then. */
    record PriceUnknown(String model) implements Reservation {}

    /** The attempt has a hold already, for other facts. */
    record Conflict(String field) implements Reservation {}

    /** The attempt had a hold that was freed or has expired: another attempt may ask. */
    record HoldEnded(String holdId) implements Reservation {}

    /** The turn is over: what would be held now, nothing would ever settle. */
    record TurnSettled(String turnId) implements Reservation {}
}
