package dev.millrace.mesh.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Changes how many instances of one service run. */
@Command(
        name = "scale",
        description = "Makes it so many instances of a service; added ones take calls when it returns.",
        mixinStandardHelpOptions = true)
public final class ScaleCommand implements Callable<Integer> {
    @Mixin
    private MeshHome home = new MeshHome();

    @Parameters(index = "0", paramLabel = "SERVICE", description = "such as local-inference")
    private String service = "";

    @Parameters(index = "1", paramLabel = "COUNT", description = "1 or more")
    private int count;

    @Override
    public Integer call() {
        return home.ask("scale " + service + " " + count);
    }
}
