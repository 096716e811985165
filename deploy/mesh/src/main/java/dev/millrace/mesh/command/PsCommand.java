package dev.millrace.mesh.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what a running mesh consists of. */
@Command(
        name = "ps",
        description = {
            "Shows the processes of the running mesh: age, process numbers, ports, health.",
            "Of an instance: its process and its sidecar's; its port, its sidecar's for calls that come IN and that go"
                    + " OUT, and a gateway's for HTTP."
        },
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
