package dev.millrace.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Looks for what usually goes wrong on a machine, whether or not an instance runs, and says what to do about it. */
@Command(
        name = "doctor",
        description = "Looks for what usually goes wrong and says what to do about it.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private static final long FREE_BYTES_MIN = 200L << 20;
    private static final int JAVA = 25;

    private final ConfigCheck check;

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    DoctorCommand(ConfigCheck check) {
        this.check = check;
    }

    /** The marks of a finding: fine, worth knowing, to be repaired. */
    enum Mark {
        OK,
        NOTE,
        PROBLEM
    }

    /** One finding; the text of a problem says what to do. */
    record Finding(Mark mark, String subject, String text) {}

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        findings.add(java());
        findings.addAll(home(connection.home()));
        findings.add(cloudKey());
        findings.addAll(instance());
        System.out.println(output.json() ? json(findings) : text(findings));
        return findings.stream().anyMatch(finding -> finding.mark() == Mark.PROBLEM) ? ExitCodes.FAILED : ExitCodes.OK;
    }

    private static Finding java() {
        int version = Runtime.version().feature();
        return version == JAVA
                ? new Finding(Mark.OK, "java", Runtime.version() + " in " + System.getProperty("java.home"))
                : new Finding(
                        Mark.PROBLEM, "java", version + " (expected: 25). Install a JDK 25 and set JAVA_HOME to it");
    }

    private List<Finding> home(Path home) {
        if (!Files.exists(home)) {
            return List.of(new Finding(
                    Mark.NOTE, "home", home + " does not exist yet: `" + connection.typed("up") + "` makes it"));
        }
        if (!Files.isDirectory(home) || !Files.isWritable(home)) {
            return List.of(new Finding(
                    Mark.PROBLEM,
                    "home",
                    home + " cannot be written. Change its rights, or choose another with --home"));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding(Mark.OK, "home", home.toString()));
        space(home).ifPresent(findings::add);
        findings.addAll(config(home));
        return findings;
    }

    private List<Finding> config(Path home) {
        Path file = connection.config();
        if (!Files.exists(file)) {
            return List.of(new Finding(Mark.OK, "config", file + " does not exist: the defaults hold"));
        }
        List<String> mistakes = check.mistakes(home, file);
        if (mistakes.isEmpty()) {
            return List.of(new Finding(Mark.OK, "config", file.toString()));
        }
        return mistakes.stream()
                .map(mistake ->
                        new Finding(Mark.PROBLEM, "config", mistake + ". Correct that line: nothing starts until then"))
                .toList();
    }

    private static Optional<Finding> space(Path home) {
        try {
            FileStore store = Files.getFileStore(home);
            long free = store.getUsableSpace();
            String megabytes = String.format(Locale.ROOT, "%,d MB free on %s", free >> 20, store);
            return Optional.of(
                    free < FREE_BYTES_MIN
                            ? new Finding(Mark.PROBLEM, "disk", megabytes + ": the ledger needs room, free some")
                            : new Finding(Mark.OK, "disk", megabytes));
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    private static Finding cloudKey() {
        String key = System.getenv("HOLYSHEEP_API_KEY");
        if (key == null || key.isBlank()) {
            return new Finding(
                    Mark.NOTE,
                    "cloud",
                    "HOLYSHEEP_API_KEY is not set here: without another cloud, hard prompts stay on local models");
        }
        return key.strip().equals(key)
                ? new Finding(Mark.OK, "cloud", "HOLYSHEEP_API_KEY is set here")
                : new Finding(Mark.PROBLEM, "cloud", "HOLYSHEEP_API_KEY has blanks around it: set it without them");
    }

    private List<Finding> instance() {
        Optional<String> asked =
                connection.named().or(() -> connection.instance().map(running -> "process " + running.pid()));
        if (asked.isEmpty()) {
            return List.of(connection
                    .left()
                    .map(left -> new Finding(Mark.PROBLEM, "instance", left))
                    .orElseGet(() -> new Finding(
                            Mark.NOTE,
                            "instance",
                            "none runs in this home: start it with `" + connection.typed("up") + "`")));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding(Mark.OK, "instance", asked.get()));
        try {
            MeshReport.with(connection.call(ServiceQuestions::throughGateway), connection).stream()
                    .map(state -> new Finding(mark(state.condition()), state.service(), state.detail()))
                    .forEach(findings::add);
        } catch (StatusRuntimeException | CommandFault failure) {
            findings.add(new Finding(Mark.PROBLEM, "instance", String.valueOf(failure.getMessage())));
        }
        return findings;
    }

    private static Mark mark(ServiceState.Condition condition) {
        return switch (condition) {
            case HEALTHY -> Mark.OK;
            case DEGRADED -> Mark.NOTE;
            case FAILING -> Mark.PROBLEM;
        };
    }

    private static String text(List<Finding> findings) {
        Table table = new Table();
        findings.forEach(finding ->
                table.row("  " + finding.mark().name().toLowerCase(Locale.ROOT), finding.subject(), finding.text()));
        return table.render();
    }

    private static String json(List<Finding> findings) {
        JsonArray rows = new JsonArray();
        findings.forEach(finding -> {
            JsonObject row = new JsonObject();
            row.addProperty("mark", finding.mark().name().toLowerCase(Locale.ROOT));
            row.addProperty("subject", finding.subject());
            row.addProperty("text", finding.text());
            rows.add(row);
        });
        JsonObject all = new JsonObject();
        all.add("findings", rows);
        return all.toString();
    }
}
