package dev.millrace.mesh.fleet;

/** How many instances of a service there may be. */
final class InstanceLimits {
    private static final int MANY = 20;

    private InstanceLimits() {}

    /** Refuses what would not work, with the reason. */
    static void require(String service, int count) {
        // A ledger in one file has one writer.
        int most = service.equals("billing") ? 1 : MANY;
        if (count < 1 || count > most) {
            throw new IllegalArgumentException(service + " " + count + " (expected: 1"
                    + (most == 1 ? ": its ledger is a file of this machine, which one process may hold" : " to " + most)
                    + ")");
        }
    }
}
