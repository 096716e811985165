package dev.millrace.local;

/** How busy a group of slots is at one moment. */
public record Load(int slotsTotal, int slotsBusy, int queueLength, int queueLimit, boolean acceptingOverflow) {
    /** One slot in so few weighs more than the distance between the two thresholds. */
    private static final int FEW = 4;

    /** The larger of slots in use and queue in use, 0 to 1. */
    public double busyShare() {
        double slots = slotsTotal == 0 ? 1 : (double) slotsBusy / slotsTotal;
        double queue = queueLimit == 0 ? 0 : (double) queueLength / queueLimit;
        return Math.max(slots, queue);
    }

    /** Where slots are few, one that is free counts as calm. */
    public boolean hasFewSlotsAndOneFree() {
        return slotsTotal <= FEW && slotsBusy < slotsTotal;
    }

    /** Both together; overflow is taken where either takes it. */
    public Load plus(Load other) {
        return new Load(
                slotsTotal + other.slotsTotal,
                slotsBusy + other.slotsBusy,
                queueLength + other.queueLength,
                queueLimit + other.queueLimit,
                acceptingOverflow || other.acceptingOverflow);
    }

    /** Nothing at all. */
    public static Load none() {
        return new Load(0, 0, 0, 0, false);
    }
}
