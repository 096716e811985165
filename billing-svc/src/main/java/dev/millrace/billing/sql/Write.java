package dev.millrace.billing.sql;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One caller's write on its way: run by a writer's thread, answered when it is safe. */
public final class Write<T> {
    private final Durability durability;
    private final Work<T> work;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable T result;

    public Write(Durability durability, Work<T> work) {
        this.durability = durability;
        this.work = work;
    }

    public Durability durability() {
        return durability;
    }

    public void run(Sql sql) throws SQLException {
        result = work.run(sql);
    }

    /** After {@link #run}; handed over to another thread through a queue. */
    public void answer() {
        T value = result;
        if (value == null) {
            answer.completeExceptionally(new IllegalStateException("answered before it ran"));
        } else {
            answer.complete(value);
        }
    }

    public void refuse(Throwable failure) {
        answer.completeExceptionally(failure);
    }

    /** Ends when the write is answered or refused, on the thread that does it. */
    public CompletableFuture<T> future() {
        return answer;
    }
}
