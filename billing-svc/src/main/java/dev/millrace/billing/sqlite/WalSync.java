package dev.millrace.billing.sqlite;

import java.io.IOException;

/** Brings everything that was committed so far to stable storage. */
@FunctionalInterface
interface WalSync {
    void force() throws IOException;
}
