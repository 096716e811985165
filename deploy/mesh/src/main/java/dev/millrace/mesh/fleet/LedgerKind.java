package dev.millrace.mesh.fleet;

/** Where the ledger of a mesh lies, which says how many instances of billing there may be. */
public enum LedgerKind {
    /** A file in the home, which one process may hold. */
    FILE,
    /** A PostgreSQL in the home, which the mesh starts and ends; what there is unless the operator says otherwise. */
    DATABASE_OF_THE_HOME,
    /** A PostgreSQL of the operator's own. */
    DATABASE_ELSEWHERE;

    /** Whether several instances of billing may write it. */
    public boolean isShared() {
        return this != FILE;
    }
}
