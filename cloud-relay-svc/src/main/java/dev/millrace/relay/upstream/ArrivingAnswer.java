package dev.millrace.relay.upstream;

import dev.millrace.relay.Upstream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One answer between the event loop that receives it and the thread that reads it. What arrived is handed over when the loop has
 * read all that there is for the moment, so that a thread wakes once for it, or not at all where its worker takes it.
 *
 * <p>Little is held: past {@link #HELD_BYTES_MAX} the connection is not read until the reader has caught up, because a provider
 * bills what it could send.
 */
final class ArrivingAnswer extends Upstream.Body {
    private static final int HELD_BYTES_MAX = 8 << 10;

    private final Channel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition came = lock.newCondition();
    private byte[] bytes = new byte[1 << 10];
    private int begin;
    private int end;
    private @Nullable HttpResponse head;
    private @Nullable IOException failure;
    private boolean ended;
    private boolean read;
    private boolean paused;
    private @Nullable BooleanSupplier worker;
    private boolean woken;

    ArrivingAnswer(Channel channel) {
        this.channel = channel;
    }

    /** Status and headers have come. */
    void take(HttpResponse response) {
        lock.lock();
        try {
            head = response;
        } finally {
            lock.unlock();
        }
    }

    /** Some of the body has come. */
    void take(ByteBuf content) {
        lock.lock();
        try {
            int more = content.readableBytes();
            makeRoom(more);
            content.readBytes(bytes, end, more);
            end += more;
            if (end - begin > HELD_BYTES_MAX && !paused) {
                paused = true;
                channel.config().setAutoRead(false);
            }
        } finally {
            lock.unlock();
        }
    }

    private void makeRoom(int more) {
        if (begin == end) {
            begin = 0;
            end = 0;
        }
        if (bytes.length - end < more) {
            byte[] from = bytes;
            int held = end - begin;
            bytes = bytes.length >= held + more ? bytes : new byte[Math.max(held + more, 2 * bytes.length)];
            System.arraycopy(from, begin, bytes, 0, held);
            begin = 0;
            end = held;
        }
    }

    /** The body has come to its end. */
    void end() {
        lock.lock();
        try {
            ended = true;
        } finally {
            lock.unlock();
        }
    }

    /** No more is to be had of it. */
    void fail(IOException why) {
        lock.lock();
        try {
            if (failure == null && !ended) {
                failure = why;
            }
            wake();
        } finally {
            lock.unlock();
        }
    }

    /** All that can be read for the moment was taken. */
    void arrived() {
        lock.lock();
        try {
            boolean taken = false;
            try {
                taken = worker != null && end - begin <= HELD_BYTES_MAX && worker.getAsBoolean();
            } finally {
                if (!taken) {
                    wake();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        worker = null;
        woken = true;
        came.signal();
    }

    /** Waits for status and headers. */
    HttpResponse head(Duration silenceMax) throws IOException {
        lock.lock();
        try {
            while (head == null && failure == null) {
                pause(silenceMax);
            }
            if (head == null) {
                throw broken();
            }
            return head;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the loop. Zero: for as long as it takes. */
    private void pause(Duration silenceMax) throws IOException {
        try {
            woken = false;
            if (silenceMax.isZero()) {
                while (!woken) {
                    came.await();
                }
                return;
            }
            for (long left = silenceMax.toNanos(); !woken; left = came.awaitNanos(left)) {
                if (left <= 0) {
                    throw new IOException("silent for " + silenceMax.toMillis() + " ms");
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** A copy, whose trace is that of the reader. */
    private IOException broken() {
        return switch (failure) {
            case null -> new IOException("no answer");
            case Unsent unsent -> new Unsent(String.valueOf(unsent.getMessage()), unsent);
            case IOException why -> new IOException(why.getMessage(), why);
        };
    }

    @Override
    public int readNow(byte[] into, int offset, int length) throws IOException {
        lock.lock();
        try {
            int count = Math.min(length, end - begin);
            if (count > 0 || length == 0) {
                System.arraycopy(bytes, begin, into, offset, count);
                begin += count;
                goOn();
                return count;
            }
            if (failure != null) {
                throw broken();
            }
            read = ended;
            return ended ? -1 : 0;
        } finally {
            lock.unlock();
        }
    }

    private void goOn() {
        if (paused && begin == end) {
            paused = false;
            channel.config().setAutoRead(true);
        }
    }

    @Override
    public void await(BooleanSupplier working) throws IOException {
        await(working, Duration.ZERO);
    }

    private void await(@Nullable BooleanSupplier working, Duration silenceMax) throws IOException {
        lock.lock();
        try {
            if (begin == end && !ended && failure == null) {
                worker = working;
                pause(silenceMax);
            }
        } finally {
            worker = null;
            lock.unlock();
        }
    }

    /** Whether the reader has seen the end. */
    boolean isRead() {
        lock.lock();
        try {
            return read;
        } finally {
            lock.unlock();
        }
    }

    /** As an ordinary stream, whose reads wait no longer than so. Zero: for as long as it takes. */
    Upstream.Body within(Duration silenceMax) {
        return silenceMax.isZero() ? this : new Impatient(silenceMax);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return read(into, offset, length, Duration.ZERO);
    }

    private int read(byte[] into, int offset, int length, Duration silenceMax) throws IOException {
        int count = readNow(into, offset, length);
        while (count == 0 && length > 0) {
            await(null, silenceMax);
            count = readNow(into, offset, length);
        }
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** The same answer for one who gives it up when it stays silent. */
    private final class Impatient extends Upstream.Body {
        private final Duration silenceMax;

        Impatient(Duration silenceMax) {
            this.silenceMax = silenceMax;
        }

        @Override
        public int readNow(byte[] into, int offset, int length) throws IOException {
            return ArrivingAnswer.this.readNow(into, offset, length);
        }

        @Override
        public void await(BooleanSupplier working) throws IOException {
            ArrivingAnswer.this.await(working, silenceMax);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return ArrivingAnswer.this.read(into, offset, length, silenceMax);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }
    }
}
