package dev.millrace.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.LongSerializationPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows the way of one prompt through services and sidecars, with times: what was traced, and what each sidecar saw. */
@Command(
        name = "trace",
        description = "Shows the way of one prompt through services and sidecars, with times.",
        mixinStandardHelpOptions = true)
public final class TraceCommand implements Callable<Integer> {
    /** Nanoseconds since 1970 are more than the numbers of JavaScript and jq can tell apart: strings, as in the contract's form. */
    private static final Gson JSON = new GsonBuilder()
            .setLongSerializationPolicy(LongSerializationPolicy.STRING)
            .setPrettyPrinting()
            .create();

    /** Services, sidecars and a collector each hand on about once a second what they have ended. */
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(5);

    private static final long LOOK_AGAIN_MILLIS = 250;
    /** Whoever waits longer is told of it. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private static final String UNTRACED =
            "what the sidecars passed on; the steps within the services were not traced. They are of what"
                    + " `chat` asks, of calls with a traceparent, and of the share in policy.yaml (traces.of-new)";

    private static final String RECORDS = ".calls.log";

    private static final String TWICE =
            "each call twice, by the sidecar that sent it (FROM -> PEER) and by the one that took it"
                    + " (-> INSTANCE); edge is the outer door";

    private static final String OWN = "; own, among the steps above, is a sidecar's call to the service beside it";

    private final Sidecars sidecars;
    private final Time time;

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    @Parameters(
            paramLabel = "ID",
            description = "the turn's id or its beginning as `chat` shows it, the id of an HTTP answer (chatcmpl-…),"
                    + " your own request id, or a trace's id")
    private String id = "";

    public TraceCommand(Sidecars sidecars) {
        this(sidecars, new MachineTime());
    }

    TraceCommand(Sidecars sidecars, Time time) {
        this.sidecars = sidecars;
        this.time = time;
    }

    /** Where sidecars write down the calls that they pass on. */
    @FunctionalInterface
    public interface Sidecars {
        /** A line for each call that belongs to this turn or request id, in order of time; none where there is no mesh. */
        List<String> saw(Path home, String id);
    }

    @Override
    public Integer call() throws InterruptedException {
        String typed = TurnId.typed(id);
        List<Span> spans = find(new SpanFolder(connection.home().resolve("traces")), typed);
        if (output.json() && !spans.isEmpty()) {
            System.out.println(JSON.toJson(spans));
            return ExitCodes.OK;
        }
        List<String> passed = sidecars.saw(connection.home(), turn(spans, typed));
        if (spans.isEmpty() && passed.isEmpty()) {
            throw nothing();
        }
        if (output.json()) {
            throw new CommandFault(
                    ExitCodes.FAILED,
                    "no trace of " + id + " in " + connection.home()
                            + ". What the sidecars passed on is shown as text: leave out -o json");
        }
        System.out.println(spans.isEmpty() ? UNTRACED : TraceText.of(spans));
        if (!passed.isEmpty()) {
            System.out.println("\nwhat the sidecars wrote down: " + TWICE + (spans.isEmpty() ? "" : OWN));
            // As wide as the lines of the sidecars.
            System.out.println("%10s  %-34s %-62s %9s  %s".formatted("AT", "WAY", "METHOD", "TOOK", "RESULT"));
        }
        passed.forEach(System.out::println);
        return ExitCodes.OK;
    }

    /** The whole id, where the beginning was typed. */
    private static String turn(List<Span> spans, String typed) {
        return spans.stream()
                .map(span -> span.tag("millrace.turn"))
                .filter(turn -> turn.startsWith(typed))
                .findFirst()
                .orElse(typed);
    }

    private List<Span> find(SpanFolder folder, String typed) throws InterruptedException {
        long begin = time.nanos();
        long end = begin + WRITTEN_WITHIN.toNanos();
        boolean told = false;
        List<Span> spans = folder.trace(typed);
        int before = -1;
        // They write one after another: what has just ended is whole when nothing is missing and nothing more comes.
        while (folder.exists()
                && (spans.isEmpty() || (isYoung(spans) && (hasGaps(spans) || spans.size() != before)))
                && time.nanos() < end) {
            if (!told && time.nanos() - begin > QUIET.toNanos()) {
                told = true;
                System.err.println("waiting for what services and sidecars still write down, at most "
                        + WRITTEN_WITHIN.toSeconds() + " s in all …");
            }
            time.sleep(LOOK_AGAIN_MILLIS);
            before = spans.size();
            spans = folder.trace(typed);
        }
        return spans;
    }

    /** Whether more of them may still come. */
    private static boolean isYoung(List<Span> spans) {
        long last = spans.stream().mapToLong(Span::endNanos).max().orElse(0);
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - last < WRITTEN_WITHIN.toNanos();
    }

    /** A step is in another that is not there; the first one's may be the caller's own. */
    private static boolean hasGaps(List<Span> spans) {
        Set<String> there = spans.stream().map(Span::spanId).collect(Collectors.toSet());
        return spans.stream().filter(span -> !there.contains(span.parentId())).count() > 1;
    }

    private CommandFault nothing() {
        String searched = "no trace of " + id + " in " + connection.home();
        if (new SpanFolder(connection.home().resolve("traces")).exists()) {
            return new CommandFault(
                    ExitCodes.USAGE,
                    searched + ". Only the last ones are kept, and only of calls that were sampled" + next());
        }
        if (hasRecords()) {
            return new CommandFault(
                    ExitCodes.USAGE,
                    searched + ", and no call in what its sidecars wrote down: they do so about a second after its"
                            + " end, and keep the last ones" + next());
        }
        return new CommandFault(
                ExitCodes.FAILED,
                "nothing is traced in " + connection.home() + ". Start it with: " + connection.typed("up --trace"));
    }

    private String next() {
        return "\n  next: take an id as `chat` shows it; whether the ledger knows it says: "
                + connection.typed("turn " + Typed.quoted(id));
    }

    /** Whether a mesh ran there. */
    private boolean hasRecords() {
        try (Stream<Path> logs = Files.list(connection.home().resolve("logs"))) {
            return logs.anyMatch(file -> file.toString().endsWith(RECORDS));
        } catch (IOException none) {
            return false;
        }
    }

    /** How time passes while spans are waited for. */
    interface Time {
        /** From a moment of its own on. */
        long nanos();

        void sleep(long millis) throws InterruptedException;
    }

    private static final class MachineTime implements Time {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void sleep(long millis) throws InterruptedException {
            Thread.sleep(millis);
        }
    }
}
