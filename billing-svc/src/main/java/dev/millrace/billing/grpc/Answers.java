package dev.millrace.billing.grpc;

import dev.millrace.billing.LedgerUnavailableException;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** Answers a unary call with a value, or with the fault that an exception of the domain stands for. */
final class Answers {
    private Answers() {}

    static <T> void answer(StreamObserver<T> caller, Supplier<T> work) {
        T value;
        try {
            value = work.get();
        } catch (LedgerUnavailableException e) {
            caller.onError(BillingFaults.ledgerUnavailable(e).toException());
            return;
        } catch (ArithmeticException e) {
            caller.onError(BillingFaults.fieldInvalid("usage", "tokens x price leaves the range of 64 bits")
                    .toException());
            return;
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            caller.onError(BillingFaults.fieldInvalid(message.split(":", 2)[0], message)
                    .toException());
            return;
        }
        caller.onNext(value);
        caller.onCompleted();
    }
}
