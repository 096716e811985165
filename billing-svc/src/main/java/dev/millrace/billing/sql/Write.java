package dev.millrace.billing.sql;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One caller's write on its way: run by a writer's thread, answered when it is safe. */
public final class Write<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Write.class);

    private final Durability durability;
    private final Work<T> work;
    private final Consumer<? super T> kept;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable T result;

    public Write(Durability durability, Work<T> work) {
        this(durability, work, none -> {});
    }

    /** @param kept told the result when a {@link Durability#DURABLE} write is kept; it must not block */
    public Write(Durability durability, Work<T> work, Consumer<? super T> kept) {
        this.durability = durability;
        this.work = work;
        this.kept = kept;
    }

    public Durability durability() {
        return durability;
    }

    public void run(Sql sql) throws SQLException {
        result = work.run(sql);
    }

    /** Tells that the write is committed: after {@link #run}, before {@link #answer}. */
    public void tellKept() {
        if (result == null) {
            return;
        }
        try {
            kept.accept(result);
        } catch (RuntimeException | Error gone) {
            // The write stands, whoever wanted to know of it, and the writer lives on for all others.
            LOG.atDebug().setCause(gone).log("nobody was told of a write");
        }
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
