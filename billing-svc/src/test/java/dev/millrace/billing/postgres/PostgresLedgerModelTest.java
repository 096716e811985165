package dev.millrace.billing.postgres;

import dev.millrace.billing.Ledger;
import dev.millrace.billing.LedgerModelContract;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.ManualClock;

final class PostgresLedgerModelTest extends LedgerModelContract {
    @Override
    protected Ledger open(LedgerTerms terms, ManualClock time) {
        return PostgresLedger.open(TestServer.database(), terms, new ManualDatabaseClock(time));
    }
}
