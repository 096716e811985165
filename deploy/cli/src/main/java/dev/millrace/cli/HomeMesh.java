package dev.millrace.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What is known of a mesh in a home, an instance of several processes; only a program that starts such ones knows anything. */
@FunctionalInterface
public interface HomeMesh {
    /** That of a program which starts none. */
    HomeMesh NONE = home -> 0;

    /**
     * Ends what a mesh left behind when it ended half way, and says how many processes there were.
     *
     * @throws IllegalStateException when the home is held by a process that lives: what that one started is not left
     */
    int sweep(Path home);

    /**
     * What the supervisor of the running mesh says of its processes: the health of each by its name, in the words of
     * {@code ps}; none where no mesh runs.
     *
     * @throws IllegalStateException when a mesh runs and says nothing
     */
    default Map<String, String> processes(Path home) {
        return Map.of();
    }

    /** Those of its services' instances that still run, by name; none where no mesh runs. */
    default List<String> instances(Path home) {
        return List.of();
    }

    /** How many processes it consists of; 0 where no mesh runs. */
    default int count(Path home) {
        return 0;
    }

    /**
     * What still runs of a mesh whose supervisor was killed and what to do about it, in words; empty: nothing does.
     *
     * @param typed makes a command of Millrace one that can be typed as it stands
     */
    default Optional<String> left(Path home, UnaryOperator<String> typed) {
        return Optional.empty();
    }
}
