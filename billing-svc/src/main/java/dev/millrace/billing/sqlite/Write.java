package dev.millrace.billing.sqlite;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One caller's write on its way: run by the writer's thread, answered when it is safe, awaited by the caller. */
final class Write<T> {
    final Durability durability;
    private final GroupCommit.Work<T> work;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable T result;

    Write(Durability durability, GroupCommit.Work<T> work) {
        this.durability = durability;
        this.work = work;
    }

    void run(Sql sql) throws SQLException {
        result = work.run(sql);
    }

    /** After {@link #run}; handed over to another thread through a queue. */
    void answer() {
        T value = result;
        if (value == null) {
            answer.completeExceptionally(new IllegalStateException("answered before it ran"));
        } else {
            answer.complete(value);
        }
    }

    void refuse(Throwable failure) {
        answer.completeExceptionally(failure);
    }

    T await() {
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }
}
