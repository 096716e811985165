package dev.millrace.mesh;

import dev.millrace.mesh.process.Programs;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** The programs of a mesh for tests that run them: those of the PATH and of the cache that {@code deploy/mesh/install} fills. */
public final class MeshPrograms {
    private MeshPrograms() {}

    /** Leaves a test out where one is missing, and says so where a build is read: a report alone counts it among many. */
    public static Path required(String name, Class<?> test) {
        Optional<Path> found = Programs.of(System.getenv()).find(name);
        if (found.isEmpty()) {
            System.out.println("NOT CHECKED: " + test.getSimpleName() + " needs " + name
                    + ", which is neither on the PATH nor in the cache; deploy/mesh/install gets it");
        }
        Assumptions.assumeTrue(found.isPresent(), "no " + name);
        return found.get();
    }
}
