package dev.millrace.mesh.command;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.fleet.LeftMesh;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.HomeLock;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says which mesh a command means. */
final class MeshHome {
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "the mesh's home (default: $MILLRACE_HOME, else ~/.millrace)")
    private @Nullable Path home;

    /** Asks the mesh that runs there, prints its answer, and returns the exit code. */
    int ask(String question) {
        try {
            ControlSocket.ask(folders().socket(), question, System.out::println);
            return 0;
        } catch (ControlSocket.Nobody nobody) {
            System.err.println("error: "
                    + HomeLock.holder(folders().home())
                            .map(MeshHome::silent)
                            .or(() -> LeftMesh.told(folders().home(), this::typed))
                            .orElseGet(() -> String.valueOf(nobody.getMessage())));
            return FAILED;
        } catch (IllegalArgumentException wrong) {
            System.err.println("error: " + wrong.getMessage());
            return MISUSED;
        } catch (IllegalStateException refused) {
            System.err.println("error: " + refused.getMessage());
            return FAILED;
        }
    }

    /** In its first moments, in its last, or because there is no mesh around it. */
    private static String silent(long pid) {
        return "process " + pid
                + " holds this home and answers no questions about a mesh: it is starting or ending, or was"
                + " started without --mesh";
    }

    /** A command for the same mesh, as a shell takes it. */
    private String typed(String command) {
        String start = quoted(System.getProperty("millrace.command", "millrace")) + " " + command;
        return home == null ? start : start + " --home " + quoted(home.toString());
    }

    private static String quoted(String word) {
        return word.matches("[\\w./:@%+=,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    Folders folders() {
        return new Folders(home == null ? Home.standard(System.getenv()) : new Home(home));
    }
}
