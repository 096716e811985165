package dev.millrace.billing.postgres;

import dev.millrace.billing.BegunHoldContract;
import dev.millrace.billing.Ledger;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.ManualClock;

final class PostgresBegunHoldTest extends BegunHoldContract {
    private final PostgresPlace place = TestServer.database();

    @Override
    protected Ledger open(LedgerTerms terms, ManualClock time) {
        return PostgresLedger.open(place, terms, new ManualDatabaseClock(time));
    }
}
