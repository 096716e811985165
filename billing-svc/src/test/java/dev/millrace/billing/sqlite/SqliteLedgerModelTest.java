package dev.millrace.billing.sqlite;

import dev.millrace.billing.Ledger;
import dev.millrace.billing.LedgerModelContract;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.ManualClock;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
final class SqliteLedgerModelTest extends LedgerModelContract {
    @TempDir
    Path folder;

    @Override
    protected Ledger open(LedgerTerms terms, ManualClock time) {
        return SqliteLedger.open(folder.resolve("billing.db"), terms, time);
    }
}
