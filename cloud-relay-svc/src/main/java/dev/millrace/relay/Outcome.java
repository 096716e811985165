package dev.millrace.relay;

/** How something that may be refused ended. */
public sealed interface Outcome<T> {
    /** It worked. */
    record Answered<T>(T answer) implements Outcome<T> {}

    /** It did not. */
    record Failed<T>(Failure failure) implements Outcome<T> {}

    static <T> Outcome<T> answered(T answer) {
        return new Answered<>(answer);
    }

    static <T> Outcome<T> failed(Failure failure) {
        return new Failed<>(failure);
    }
}
