package dev.millrace.relay.calls;

import dev.millrace.relay.WireFormat.Malformed;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Fails when more is read than an answer may have. */
final class BoundedBody extends FilterInputStream {
    private final long bytesMax;
    private long bytesLeft;

    BoundedBody(InputStream in, long bytesMax) {
        super(in);
        this.bytesMax = bytesMax;
        bytesLeft = bytesMax;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        take(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        take(Math.max(0, count));
        return count;
    }

    private void take(int bytes) throws Malformed {
        bytesLeft -= bytes;
        if (bytesLeft < 0) {
            throw new Malformed("an answer of more than " + bytesMax + " bytes");
        }
    }
}
