package dev.millrace.relay;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;

/** A body of which all is there. */
public final class StoredBody extends Upstream.Body {
    private final InputStream in;

    public StoredBody(InputStream in) {
        this.in = in;
    }

    @Override
    public int readNow(byte[] into, int offset, int length) throws IOException {
        return in.read(into, offset, length);
    }

    @Override
    public void await(BooleanSupplier worker) {
        // The next read finds the end.
    }

    @Override
    public int read() throws IOException {
        return in.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return in.read(into, offset, length);
    }
}
