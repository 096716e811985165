package dev.millrace.mesh.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
    private static final int FAILED = 1;
    private static final long LOOK_AGAIN_MILLIS = 200;

    @Mixin
    private MeshHome home = new MeshHome();

    @Parameters(
            paramLabel = "SERVICE",
            description = "a service such as gateway, an instance such as gateway-1, or consul, consul-template,"
                    + " postgresql, collector, edge")
    private String name = "";

    @Option(names = "-f", description = "go on with what is written from now on, until Ctrl-C")
    private boolean follow;

    @Option(names = "-n", paramLabel = "LINES", description = "of each file, the last ones (default: 20)")
    private int lines = 20;

    @Option(names = "--calls", description = "the sidecars' record of each call instead")
    private boolean calls;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<FileTail> tails = new ArrayList<>();
        for (Path file : files()) {
            String label = file.getFileName().toString().replaceFirst("\\.log$", "");
            FileTail tail = new FileTail(file, line -> System.out.println(label + " | " + line));
            tail.last(lines);
            tails.add(tail);
        }
        if (tails.isEmpty()) {
            System.err.println("error: no logs of " + name + " in "
                    + home.folders().home().logs() + " (expected: a service or an instance that `millrace ps` shows)");
            return FAILED;
        }
        while (follow) {
            for (FileTail tail : tails) {
                tail.fresh();
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
        return 0;
    }

    private List<Path> files() throws IOException {
        String wanted = name + "(-[0-9]+)?" + (calls ? "\\.calls" : "(\\.out|\\.sidecar)?") + "\\.log";
        try (Stream<Path> all = Files.list(home.folders().home().logs())) {
            return all.filter(file -> file.getFileName().toString().matches(wanted))
                    .sorted()
                    .toList();
        }
    }
}
