package dev.millrace.billing.sql;

import java.sql.SQLException;

/** What a caller wants of the store, in one transaction; it may run twice, and has effect only once. */
@FunctionalInterface
public interface Work<T> {
    T run(Sql sql) throws SQLException;
}
