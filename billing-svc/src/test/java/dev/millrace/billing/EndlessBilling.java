package dev.millrace.billing;

/** Bills until its process is killed: prints the id of every turn whose charge was told, and one line once two turns are on their way. */
public final class EndlessBilling {
    private EndlessBilling() {}

    /**
     * Settles one turn after another, while two stay open: the call of one begins with an entry, of the other with its hold.
     *
     * @param prefix of the ids of its turns
     */
    public static void run(Ledger ledger, String prefix) {
        String cut = prefix + "cut";
        Samples.granted(ledger.reserve(Samples.hold(cut)));
        ledger.record(new AttemptPhase.Started(Samples.call(cut, 1, 1))).join();
        Samples.granted(ledger.reserve(Samples.begun(prefix + "held")));
        System.out.println("begun " + cut);
        for (int i = 0; ; i++) {
            String id = prefix + "t" + i;
            Hold hold = Samples.granted(ledger.reserve(Samples.hold(id)));
            AttemptPhase.Call call = Samples.call(id, 1, 1);
            ledger.record(new AttemptPhase.Started(call)).join();
            ledger.record(Samples.ended(call, 1_000, 1_000, Provenance.REPORTED))
                    .join();
            Settlement settlement = Samples.settlement(
                    id, hold.holdId(), TurnEnd.COMPLETED, Tokens.of(1_000, 1_000, Provenance.REPORTED));
            Samples.settled(ledger.settle(settlement, told -> System.out.println("settled " + id)));
        }
    }
}
