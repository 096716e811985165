package dev.millrace.billing.sql;

/** How safe a write must be before its caller is told. */
public enum Durability {
    /** It survives the crash of this process: committed, and no more. */
    KEPT,
    /** It survives a power cut: committed, and forced to stable storage. */
    DURABLE
}
