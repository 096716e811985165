/** The ledger on PostgreSQL: writers with group commit, any number of billing processes on one database. */
@NullMarked
package dev.millrace.billing.postgres;

import org.jspecify.annotations.NullMarked;
