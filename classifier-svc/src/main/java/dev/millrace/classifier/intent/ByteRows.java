package dev.millrace.classifier.intent;

import java.io.DataInputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A table of weights in one byte each, whose rows are added up column by column. Immutable.
 *
 * <p>Eight columns are added at a time: a byte plus 128 is between 0 and 255, so that {@value #ROWS_AT_ONCE} of them fit into 16
 * bits; the even and the odd bytes of a long are added as two times four such sums.
 */
final class ByteRows {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int ROWS_AT_ONCE = 256;
    private static final int OFFSET = 128;
    private static final long OFFSETS = 0x8080_8080_8080_8080L;
    private static final long EVEN_BYTES = 0x00FF_00FF_00FF_00FFL;

    private final int columns;
    /** The rows one after the other; a few bytes more, because the last long of a row may reach beyond it. */
    private final byte[] weights;

    private ByteRows(int columns, byte[] weights) {
        this.columns = columns;
        this.weights = weights;
    }

    /** Reads so many rows of so many columns. */
    static ByteRows read(DataInputStream in, int rows, int columns) throws IOException {
        byte[] weights = new byte[rows * columns + Long.BYTES];
        int read = in.readNBytes(weights, 0, rows * columns);
        if (read != rows * columns) {
            throw new IOException(read + " weights (expected: " + rows * columns + ")");
        }
        return new ByteRows(columns, weights);
    }

    /** Returns the sum of each column over the given rows. */
    int[] sums(int[] rows) {
        int[] sums = new int[columns];
        for (int from = 0; from < rows.length; from += ROWS_AT_ONCE) {
            add(rows, from, Math.min(rows.length, from + ROWS_AT_ONCE), sums);
        }
        return sums;
    }

    private void add(int[] rows, int from, int to, int[] sums) {
        int size = (columns + Long.BYTES - 1) / Long.BYTES;
        long[] even = new long[size];
        long[] odd = new long[size];
        for (int row = from; row < to; row++) {
            int start = rows[row] * columns;
            for (int i = 0; i < size; i++) {
                long bytes = (long) LONGS.get(weights, start + i * Long.BYTES) ^ OFFSETS;
                even[i] += bytes & EVEN_BYTES;
                odd[i] += bytes >>> 8 & EVEN_BYTES;
            }
        }
        for (int column = 0; column < columns; column++) {
            long[] half = column % 2 == 0 ? even : odd;
            int shift = column % Long.BYTES / 2 * Short.SIZE;
            sums[column] += (int) (half[column / Long.BYTES] >>> shift & 0xFFFF) - OFFSET * (to - from);
        }
    }
}
