package dev.millrace.mesh.fleet;

/** How many instances of a service there may be. */
final class InstanceLimits {
    private static final int MANY = 20;

    private InstanceLimits() {}

    /** Refuses what would not work, with the reason. */
    static void require(String service, int count, LedgerKind ledger) {
        boolean alone = service.equals("billing") && !ledger.isShared();
        if (count < 1 || count > (alone ? 1 : MANY)) {
            throw new IllegalArgumentException(service + " " + count + " (expected: 1"
                    + (alone
                            ? ": its ledger is a file of this machine, which one process may hold; start `up --mesh`"
                                    + " without --ledger file, or name a database in billing.ledger.url"
                            : " to " + MANY)
                    + ")");
        }
    }
}
