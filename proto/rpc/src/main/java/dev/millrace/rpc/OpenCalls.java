package dev.millrace.rpc;

import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The calls that a channel or a server has open within the process. */
final class OpenCalls {
    private final Set<DirectCall<?, ?>> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closed;

    /** False: no more calls are taken. */
    boolean add(DirectCall<?, ?> call) {
        open.add(call);
        if (closed) {
            remove(call);
            return false;
        }
        return true;
    }

    void remove(DirectCall<?, ?> call) {
        open.remove(call);
        endIfEmpty();
    }

    /** Takes no more calls; those that are open go on. */
    void close() {
        closed = true;
        endIfEmpty();
    }

    boolean isClosed() {
        return closed;
    }

    /** Takes no more calls, and ends those that are open. */
    void cut(Status status) {
        close();
        open.forEach(call -> call.cut(status));
    }

    private void endIfEmpty() {
        if (closed && open.isEmpty()) {
            ended.countDown();
        }
    }

    /** True once it is closed and every call has ended. */
    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    boolean awaitEnd(long timeout, TimeUnit unit) throws InterruptedException {
        return ended.await(timeout, unit);
    }
}
