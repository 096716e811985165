/** The ledger's rules as SQL that every store understands: holds, charges, costs, recovery, reports. */
@NullMarked
package dev.millrace.billing.sql;

import org.jspecify.annotations.NullMarked;
