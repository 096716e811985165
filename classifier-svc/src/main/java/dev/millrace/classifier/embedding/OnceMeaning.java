package dev.millrace.classifier.embedding;

import dev.millrace.classifier.Meaning;
import java.util.Optional;
import java.util.function.Supplier;

/** A meaning that is worked out at the first question for it; used by one thread. */
final class OnceMeaning implements Meaning {

    private final Supplier<Optional<float[]>> source;
    private Optional<float[]> answer = Optional.empty();
    private boolean asked;

    OnceMeaning(Supplier<Optional<float[]>> source) {
        this.source = source;
    }

    @Override
    public Optional<float[]> vector() {
        if (!asked) {
            answer = source.get();
            asked = true;
        }
        return answer;
    }
}
