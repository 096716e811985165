package dev.millrace.relay.openai;

import dev.millrace.relay.Upstream;
import java.io.ByteArrayInputStream;
import java.util.function.BooleanSupplier;

/** Has every byte only when it was asked for twice. */
final class HesitantBody extends Upstream.Body {
    private final ByteArrayInputStream in;
    private boolean asked;

    HesitantBody(byte[] bytes) {
        in = new ByteArrayInputStream(bytes);
    }

    @Override
    public int readNow(byte[] into, int offset, int length) {
        asked = !asked;
        return asked ? 0 : in.read(into, offset, 1);
    }

    @Override
    public void await(BooleanSupplier worker) {
        throw new AssertionError("nobody waits here");
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
