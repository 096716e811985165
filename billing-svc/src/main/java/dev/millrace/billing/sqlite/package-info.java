/** The ledger in one SQLite file: one writer with group commit, one reader, journals that only grow. */
@NullMarked
package dev.millrace.billing.sqlite;

import org.jspecify.annotations.NullMarked;
