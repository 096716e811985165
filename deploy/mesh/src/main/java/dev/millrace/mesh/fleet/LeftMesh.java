package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.HomeLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A mesh whose supervisor was killed: it goes on to serve, and nothing in it is started again. */
public final class LeftMesh {
    private LeftMesh() {}

    /**
     * What still runs and what to do about it, in words; empty where nothing is left, or where a process holds the home. Not to
     * be asked by the holder.
     *
     * @param typed makes a command of Millrace one that can be typed as it stands
     */
    public static Optional<String> told(Home home, UnaryOperator<String> typed) {
        Path processes = new Folders(home).processes();
        if (!Files.isRegularFile(processes) || HomeLock.holder(home).isPresent()) {
            return Optional.empty();
        }
        int left = new Leftovers(processes).count();
        return left == 0 ? Optional.empty() : Optional.of(words(left, typed));
    }

    private static String words(int left, UnaryOperator<String> typed) {
        String what = left == 1
                ? "1 process of a mesh whose supervisor was killed still runs; end it with: "
                : left + " processes of a mesh whose supervisor was killed still run; end them with: ";
        return what + typed.apply("down") + ", or go on with: " + typed.apply("up --mesh");
    }
}
