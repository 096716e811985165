package dev.millrace.billing.postgres;

import dev.millrace.billing.EndlessBilling;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.ManualClock;
import dev.millrace.billing.Samples;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A process of billing on a database, which bills until it is killed; its time stands still. */
final class DoomedProcess {
    private DoomedProcess() {}

    public static void main(String[] arguments) {
        PostgresLedger ledger = PostgresLedger.open(
                new PostgresPlace(arguments[0], "postgres", Optional.empty(), 8),
                new LedgerTerms(Long.parseLong(arguments[2]), Samples.MODEL),
                new ManualDatabaseClock(new ManualClock()));
        EndlessBilling.run(ledger, arguments[1]);
    }

    static Process start(PostgresPlace place, String prefix, long dailyNanoUsd) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DoomedProcess.class.getName(),
                        place.url(),
                        prefix,
                        Long.toString(dailyNanoUsd))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Lets it settle so many turns, kills it (SIGKILL), and tells all that it has said to be settled. */
    static List<String> killAfter(Process process, int settledMin) throws IOException {
        List<String> settled = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("settled ")) {
                    settled.add(line.substring("settled ".length()));
                }
                if (settled.size() == settledMin) {
                    // Of the handle: the process object would close this stream as well.
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly();
        }
        return settled;
    }
}
