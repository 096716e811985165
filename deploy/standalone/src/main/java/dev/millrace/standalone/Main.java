package dev.millrace.standalone;

import dev.millrace.cli.Millrace;
import dev.millrace.cli.TraceCommand;
import dev.millrace.mesh.command.LogsCommand;
import dev.millrace.mesh.command.MeshCommand;
import dev.millrace.mesh.command.PsCommand;
import dev.millrace.mesh.command.ScaleCommand;
import dev.millrace.mesh.command.SidecarRecords;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.ServiceProcess;
import dev.millrace.runtime.ServiceSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The command line with the commands that start the services added to it. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        int exitCode = Millrace.run(
                arguments,
                List.of(
                        new UpCommand(),
                        new RehearseCommand(),
                        new PsCommand(),
                        new LogsCommand(),
                        new ScaleCommand(),
                        new MeshCommand(),
                        new TraceCommand(SidecarRecords::of)),
                Main::mistakes,
                new OwnMesh());
        // Threads of a native engine would keep the JVM; the hooks have run or have nothing to do.
        System.out.flush();
        System.exit(exitCode);
    }

    private static List<String> mistakes(Path home, Path config) {
        return ServiceProcess.mistakes(Services.all(), new ServiceSettings(new Home(home), config, Map.of()));
    }
}
