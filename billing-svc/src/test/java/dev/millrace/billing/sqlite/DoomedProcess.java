package dev.millrace.billing.sqlite;

import dev.millrace.billing.EndlessBilling;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.Samples;
import java.nio.file.Path;
import java.time.InstantSource;

/** Bills in a file until it is killed. */
final class DoomedProcess {
    private DoomedProcess() {}

    public static void main(String[] arguments) {
        SqliteLedger ledger = SqliteLedger.open(
                Path.of(arguments[0]), new LedgerTerms(1_000_000_000_000L, Samples.MODEL), InstantSource.system());
        ledger.putPrice(Samples.price());
        EndlessBilling.run(ledger, "");
    }
}
