package dev.millrace.billing.grpc;

import dev.millrace.billing.LedgerUnavailableException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers a unary call with a value, or with the fault that an exception of the domain stands for. */
final class Answers {
    private Answers() {}

    /** Answers at once; the work may block. */
    static <T> void answer(StreamObserver<T> caller, Supplier<T> work) {
        T value;
        try {
            value = work.get();
        } catch (RuntimeException failure) {
            caller.onError(fault(failure));
            return;
        }
        caller.onNext(value);
        caller.onCompleted();
    }

    /** Answers when the future ends, on the thread that ends it; the work must not block. */
    static <T> void answerLater(StreamObserver<T> caller, Supplier<CompletableFuture<T>> work) {
        CompletableFuture<T> answer;
        try {
            answer = work.get();
        } catch (RuntimeException failure) {
            caller.onError(fault(failure));
            return;
        }
        var _ = answer.whenComplete((value, failure) -> {
            if (failure == null) {
                caller.onNext(value);
                caller.onCompleted();
            } else {
                caller.onError(fault(failure));
            }
        });
    }

    /** Answers when the work gives its value, and ends the call when its future ends, on those threads; nothing may block. */
    static <T> void answerAhead(StreamObserver<T> caller, Function<Consumer<T>, CompletableFuture<?>> work) {
        CompletableFuture<?> end;
        try {
            end = work.apply(caller::onNext);
        } catch (RuntimeException failure) {
            caller.onError(fault(failure));
            return;
        }
        var _ = end.whenComplete((none, failure) -> {
            if (failure == null) {
                caller.onCompleted();
            } else {
                caller.onError(fault(failure));
            }
        });
    }

    private static Throwable fault(Throwable failure) {
        return switch (failure) {
            case CompletionException step when step.getCause() != null -> fault(step.getCause());
            case LedgerUnavailableException unavailable ->
                BillingFaults.ledgerUnavailable(unavailable).toException();
            case ArithmeticException overflow ->
                BillingFaults.fieldInvalid("usage", "tokens x price leaves the range of 64 bits")
                        .toException();
            case IllegalArgumentException invalid -> {
                String message = String.valueOf(invalid.getMessage());
                yield BillingFaults.fieldInvalid(message.split(":", 2)[0], message)
                        .toException();
            }
            default -> failure;
        };
    }
}
