package dev.millrace.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A mesh that is what a test says. */
final class FakeMesh implements HomeMesh {
    private final Map<String, String> processes = new LinkedHashMap<>();
    private boolean silent;
    private boolean killed;

    /** A process with its health in the words of {@code ps}. */
    FakeMesh process(String name, String health) {
        processes.put(name, health);
        return this;
    }

    /** Its supervisor gives no answer. */
    FakeMesh silent() {
        silent = true;
        return this;
    }

    /** Its supervisor is gone, and 23 processes are not. */
    FakeMesh killed() {
        killed = true;
        return this;
    }

    @Override
    public int sweep(Path home) {
        return killed ? 23 : 0;
    }

    @Override
    public Map<String, String> processes(Path home) {
        if (silent) {
            throw new IllegalStateException("the supervisor gives no answer");
        }
        return processes;
    }

    @Override
    public Optional<String> left(Path home, UnaryOperator<String> typed) {
        return killed ? Optional.of("23 processes still run; end them with: " + typed.apply("down")) : Optional.empty();
    }
}
