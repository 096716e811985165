package dev.millrace.relay.calls;

import dev.millrace.relay.Upstream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A body that another thread brings, text by text, whenever its reader waits. What fails there is lost, as it is on a loop. */
final class Brought extends Upstream.Body {
    private final Deque<byte[]> texts = new ArrayDeque<>();
    private byte[] here = {};

    Brought(List<String> texts) {
        texts.forEach(text -> this.texts.add(text.getBytes(UTF_8)));
    }

    @Override
    public int readNow(byte[] into, int offset, int length) {
        int count = here.length;
        System.arraycopy(here, 0, into, offset, count);
        here = new byte[0];
        return count;
    }

    @Override
    public void await(BooleanSupplier worker) throws IOException {
        boolean taken = true;
        while (taken) {
            if (texts.isEmpty()) {
                throw new IOException("the reader waits for ever");
            }
            here = texts.removeFirst();
            try {
                taken = CompletableFuture.supplyAsync(worker::getAsBoolean).join();
            } catch (CompletionException lost) {
                taken = true;
            }
        }
    }

    @Override
    public int read() {
        throw new AssertionError("a read that would wait");
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        throw new AssertionError("a read that would wait");
    }
}
