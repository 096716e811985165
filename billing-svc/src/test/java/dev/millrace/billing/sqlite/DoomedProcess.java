package dev.millrace.billing.sqlite;

import dev.millrace.billing.AttemptPhase;
import dev.millrace.billing.Hold;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.Provenance;
import dev.millrace.billing.Samples;
import dev.millrace.billing.Tokens;
import dev.millrace.billing.TurnEnd;
import java.nio.file.Path;
import java.time.InstantSource;

/** Bills until it is killed: prints the id of every turn that was settled, and one line once a turn is on its way. */
final class DoomedProcess {
    private DoomedProcess() {}

    public static void main(String[] arguments) {
        SqliteLedger ledger = SqliteLedger.open(
                Path.of(arguments[0]), new LedgerTerms(1_000_000_000_000L, Samples.MODEL), InstantSource.system());
        ledger.putPrice(Samples.price());
        Samples.granted(ledger.reserve(Samples.hold("cut")));
        ledger.record(new AttemptPhase.Started(Samples.call("cut", 1, 1))).join();
        System.out.println("begun cut");
        for (int i = 0; ; i++) {
            String id = "t" + i;
            Hold hold = Samples.granted(ledger.reserve(Samples.hold(id)));
            AttemptPhase.Call call = Samples.call(id, 1, 1);
            ledger.record(new AttemptPhase.Started(call)).join();
            ledger.record(Samples.ended(call, 1_000, 1_000, Provenance.REPORTED))
                    .join();
            ledger.settle(Samples.settlement(
                            id, hold.holdId(), TurnEnd.COMPLETED, Tokens.of(1_000, 1_000, Provenance.REPORTED)))
                    .join();
            System.out.println("settled " + id);
        }
    }
}
