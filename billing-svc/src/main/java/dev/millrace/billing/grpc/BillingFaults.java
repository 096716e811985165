package dev.millrace.billing.grpc;

import com.google.rpc.BadRequest;
import com.google.rpc.QuotaFailure;
import dev.millrace.billing.LedgerUnavailableException;
import dev.millrace.billing.Reservation;
import dev.millrace.rpc.Fault;
import dev.millrace.runtime.NanoUsd;
import dev.millrace.schema.billing.v1.BillingErrorReason;
import io.grpc.Status;

/** Why billing refuses, in the words of the shared error model. */
final class BillingFaults {
    private static final String SERVICE = "billing";
    private static final String PREFIX = "BILLING_ERROR_REASON_";

    private BillingFaults() {}

    static Fault fieldInvalid(String field, String message) {
        return fault(Status.Code.INVALID_ARGUMENT, BillingErrorReason.BILLING_ERROR_REASON_FIELD_INVALID, message)
                .with("field", field)
                .with(BadRequest.newBuilder()
                        .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                                .setField(field)
                                .setDescription(message))
                        .build());
    }

    static Fault budgetExhausted(String tenant, Reservation.BudgetExhausted refused) {
        String message = "budget of tenant " + tenant + " is spent for today: asked " + usd(refused.askedNanoUsd())
                + ", left " + usd(refused.leftNanoUsd()) + " of " + usd(refused.budgetNanoUsd())
                + ". It begins anew at 00:00 UTC; an operator may raise it: `millrace budget --daily USD` (SetBudget)";
        return fault(Status.Code.RESOURCE_EXHAUSTED, BillingErrorReason.BILLING_ERROR_REASON_BUDGET_EXHAUSTED, message)
                .with("tenant", tenant)
                .with("asked_nano_usd", refused.askedNanoUsd())
                .with("left_nano_usd", refused.leftNanoUsd())
                .with("budget_nano_usd", refused.budgetNanoUsd())
                .with(QuotaFailure.newBuilder()
                        .addViolations(QuotaFailure.Violation.newBuilder()
                                .setSubject("tenant:" + tenant)
                                .setDescription("daily budget"))
                        .build())
                .forbidRetry();
    }

    static Fault priceUnknown(String model) {
        String command = "deploy/millrace price set " + model + " --input USD --output USD";
        return fault(
                        Status.Code.FAILED_PRECONDITION,
                        BillingErrorReason.BILLING_ERROR_REASON_PRICE_UNKNOWN,
                        "model " + model + " has no price, so its cost cannot be held. Set one: " + command)
                .with("model", model)
                .with("command", command);
    }

    static Fault holdUnknown(String holdId) {
        return fault(
                        Status.Code.NOT_FOUND,
                        BillingErrorReason.BILLING_ERROR_REASON_HOLD_UNKNOWN,
                        "no hold " + holdId + " of this tenant and turn")
                .with("hold_id", holdId);
    }

    static Fault turnUnknown(String turnId) {
        return fault(
                        Status.Code.NOT_FOUND,
                        BillingErrorReason.BILLING_ERROR_REASON_TURN_UNKNOWN,
                        "no turn with id or request id " + turnId + " (an id may be cut after 13 characters or more)")
                .with("turn_id", turnId);
    }

    static Fault holdEnded(String holdId) {
        return fault(
                        Status.Code.FAILED_PRECONDITION,
                        BillingErrorReason.BILLING_ERROR_REASON_HOLD_ENDED,
                        "hold " + holdId + " was freed or has expired. Ask with another attempt_id")
                .with("hold_id", holdId);
    }

    static Fault turnSettled(String turnId) {
        return fault(
                        Status.Code.FAILED_PRECONDITION,
                        BillingErrorReason.BILLING_ERROR_REASON_TURN_SETTLED,
                        "turn " + turnId
                                + " has been settled, so nothing is held for it any more. Ask for another turn")
                .with("turn_id", turnId);
    }

    static Fault conflictingRepeat(String field) {
        return fault(
                        Status.Code.ALREADY_EXISTS,
                        BillingErrorReason.BILLING_ERROR_REASON_CONFLICTING_REPEAT,
                        "the same attempt or turn was recorded with another " + field)
                .with("field", field);
    }

    static Fault ledgerUnavailable(LedgerUnavailableException failure) {
        return fault(
                        Status.Code.UNAVAILABLE,
                        BillingErrorReason.BILLING_ERROR_REASON_LEDGER_UNAVAILABLE,
                        "ledger " + failure.path() + " cannot be used: " + failure.reason()
                                + ". Nothing was recorded; it is tried again with every call")
                .with("cause", failure.reason())
                .with("path", failure.path());
    }

    static Fault notYetServed(String method) {
        return fault(
                        Status.Code.UNIMPLEMENTED,
                        BillingErrorReason.BILLING_ERROR_REASON_NOT_YET_SERVED,
                        method + " is not served yet")
                .with("method", method);
    }

    private static Fault fault(Status.Code code, BillingErrorReason reason, String message) {
        return Fault.of(code, SERVICE, reason.name().substring(PREFIX.length()), message);
    }

    private static String usd(long nanoUsd) {
        return new NanoUsd(nanoUsd).toString();
    }
}
