package dev.millrace.billing.sqlite;

import dev.millrace.billing.Budget;
import dev.millrace.billing.Charge;
import dev.millrace.billing.CostRow;
import dev.millrace.billing.Grouping;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.Provenance;
import dev.millrace.billing.Samples;
import dev.millrace.billing.Tokens;
import dev.millrace.billing.Turn;
import dev.millrace.billing.TurnDetail;
import dev.millrace.billing.TurnEnd;
import dev.millrace.billing.TurnState;
import dev.millrace.billing.UsagePeriod;
import dev.millrace.billing.UsageRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Kills a process that bills (SIGKILL), and opens what it left. */
@Timeout(60)
final class RecoveryTest {
    private static final long CENT = 10_000_000;
    private static final int SETTLED_MIN = 20;

    @TempDir
    Path folder;

    @Test
    void aKilledProcessLosesNothingThatItToldAndItsOpenTurnsAreTold() throws Exception {
        List<String> settled = billUntilKilled();

        try (SqliteLedger ledger = reopen()) {
            for (String id : settled) {
                TurnDetail turn = ledger.turn(Samples.TENANT, id).orElseThrow();
                assertThat(turn.turn().state()).isEqualTo(TurnState.SETTLED);
                assertThat(turn.turn().charge().chargedNanoUsd()).isEqualTo(CENT);
                assertThat(turn.costs())
                        .singleElement()
                        .satisfies(row -> assertThat(row.outcome()).isEqualTo("completed"));
            }
            for (String open : List.of("cut", "held")) {
                TurnDetail cut = ledger.turn(Samples.TENANT, open).orElseThrow();
                assertThat(cut.turn().state()).isEqualTo(TurnState.RECOVERED);
                assertThat(cut.turn().model()).isEqualTo(Samples.MODEL);
                assertThat(cut.costs()).hasSize(1);
                CostRow call = cut.costs().getFirst();
                assertThat(call.outcome()).isEqualTo("PROCESS_LOST");
                assertThat(call.tokens().provenance()).isEqualTo(Provenance.ESTIMATED);
                assertThat(call.tokens().input()).hasValue(1_000);
                assertThat(call.tokens().output()).isEmpty();
                assertThat(call.costNanoUsd()).isEqualTo(2_000_000);
                assertThat(call.startTime()).isPresent();
            }
            assertThat(ledger.turns(lastHour(), 1_000, "").items())
                    .extracting(Turn::turnId)
                    .contains("cut", "held");
        }
    }

    @Test
    void theMoneyIsRightAfterAKill() throws Exception {
        List<String> settled = billUntilKilled();

        try (SqliteLedger ledger = reopen()) {
            UsageRow total = ledger.report(lastHour(), Grouping.END).total();
            Budget budget = ledger.budget(Samples.TENANT);
            assertThat(total.chargedNanoUsd()).isGreaterThanOrEqualTo(settled.size() * CENT);
            assertThat(budget.spentNanoUsd()).isEqualTo(total.chargedNanoUsd());
            // The holds of the two open turns, and at most one of a turn that was on its way.
            assertThat(budget.heldNanoUsd()).isIn(2 * CENT, 3 * CENT);
        }
    }

    @Test
    void aSettlementThatComesAfterTheRecoveryCounts() throws Exception {
        billUntilKilled();

        try (SqliteLedger ledger = reopen()) {
            ledger.record(Samples.ended(Samples.call("cut", 1, 1), 1_000, 500, Provenance.REPORTED))
                    .join();
            Charge charge = Samples.settled(ledger.settle(
                    Samples.settlement("cut", "cut/1", TurnEnd.COMPLETED, Tokens.of(1_000, 500, Provenance.REPORTED))));

            assertThat(charge.chargedNanoUsd()).isEqualTo(6_000_000);
            assertThat(charge.upstreamNanoUsd()).isEqualTo(6_000_000);
            assertThat(ledger.turn(Samples.TENANT, "cut").orElseThrow().turn().state())
                    .isEqualTo(TurnState.SETTLED);
            assertThat(ledger.turns(lastHour(), 1_000, "").items())
                    .extracting(Turn::turnId)
                    .containsOnlyOnce("cut");
        }
    }

    private List<String> billUntilKilled() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DoomedProcess.class.getName(),
                        folder.resolve("billing.db").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> settled = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("settled ")) {
                    settled.add(line.substring("settled ".length()));
                }
                if (settled.size() == SETTLED_MIN) {
                    // Of the handle: the process object would close this stream as well.
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(settled).hasSizeGreaterThanOrEqualTo(SETTLED_MIN);
        return settled;
    }

    private SqliteLedger reopen() {
        return SqliteLedger.open(
                folder.resolve("billing.db"),
                new LedgerTerms(1_000_000_000_000L, Samples.MODEL),
                InstantSource.system());
    }

    private static UsagePeriod lastHour() {
        Instant now = Instant.now();
        return new UsagePeriod(Samples.TENANT, now.minus(Duration.ofHours(1)), now.plusSeconds(1));
    }
}
