package dev.millrace.mesh.command;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the logs of a service's instances, each line with its instance's name. */
@Command(
        name = "logs",
        description = "Shows the logs of a service's instances, or of one instance.",
        mixinStandardHelpOptions = true)
public final class LogsCommand implements Callable<Integer> {
    private static final int MISUSED = 2;
    private static final long LOOK_AGAIN_MILLIS = 200;

    @Mixin
    private MeshHome home = new MeshHome();

    @Parameters(
            paramLabel = "SERVICE",
            description =
                    "a service such as gateway, an instance such as gateway-1, or consul, consul-template,"
                            + " postgresql, collector, edge; mesh: the supervisor's, with how each process ended that it started again")
    private String name = "";

    @Option(names = "-f", description = "go on with what is written from now on, until Ctrl-C")
    private boolean follow;

    @Option(names = "-n", paramLabel = "LINES", description = "of each file, the last ones (default: 20)")
    private int lines = 20;

    @Option(names = "--calls", description = "the sidecars' record of each call instead")
    private boolean calls;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServiceLogs logs = new ServiceLogs(home.folders().home().logs(), name, calls, System.out::println);
        if (!logs.last(lines)) {
            System.err.println("error: no logs of " + name + " in "
                    + home.folders().home().logs() + " (expected: a service or an instance that `millrace ps` shows)");
            return MISUSED;
        }
        while (follow) {
            Thread.sleep(LOOK_AGAIN_MILLIS);
            logs.fresh();
        }
        return 0;
    }
}
