package dev.millrace.mesh.fleet;

/** Asks a program itself whether it does its work, because one that hangs is still there. */
@FunctionalInterface
interface Probe {
    /**
     * Returns when it does; ends soon once its thread is interrupted, because nobody waits longer than {@link Probes#PATIENCE}.
     *
     * @throws Exception where it does not; its message says so in the operator's words
     */
    void ask() throws Exception;
}
