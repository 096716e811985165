package dev.millrace.cli;

import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what the decisions of the last day would have been under other cut-offs. */
@Command(
        name = "replay",
        description = "Says which settled decisions would have another tier under other cut-offs; changes nothing.",
        mixinStandardHelpOptions = true)
final class PolicyReplayCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    @Option(names = "--since", paramLabel = "WHEN", description = "today, a date, a time or a span back (default: 24h)")
    private String since = "24h";

    @Option(names = "--moderate", paramLabel = "SCORE", description = "where moderate begins (default: as in force)")
    private @Nullable Double moderate;

    @Option(names = "--complex", paramLabel = "SCORE", description = "where complex begins (default: as in force)")
    private @Nullable Double complex;

    @Option(names = "--premium", paramLabel = "SCORE", description = "where premium begins (default: as in force)")
    private @Nullable Double premium;

    @Override
    public Integer call() {
        Instant now = Instant.now();
        Instant start = UsageCommand.start(since, now);
        Replay replay = connection.call(channel -> {
            Cutoffs inForce = PolicyCommand.inForce(channel);
            Cutoffs tried = new Cutoffs(
                    "tried",
                    moderate == null ? inForce.moderate() : moderate,
                    complex == null ? inForce.complex() : complex,
                    premium == null ? inForce.premium() : premium);
            tried.requireRising();
            return new Replay(new SettledDecisions(channel).since(start), tried, start);
        });
        System.out.println(output.json() ? Output.json(replay.json()) : replay.text(since));
        return ExitCodes.OK;
    }
}
