package dev.millrace.mesh.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what a running mesh consists of. */
@Command(
        name = "ps",
        description = "Shows the processes of the running mesh: health, age, restarts, ports.",
        mixinStandardHelpOptions = true)
public final class PsCommand implements Callable<Integer> {
    @Mixin
    private MeshHome home = new MeshHome();

    @Option(names = "-o", paramLabel = "FORMAT", description = "text or json (default: text)")
    private String format = "text";

    @Override
    public Integer call() {
        return home.ask("ps " + format);
    }
}
