package dev.millrace.relay.openai;

import dev.millrace.relay.Upstream;
import dev.millrace.relay.WireFormat.Malformed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events byte by byte, so that neither a character nor a line break can fall between two reads.
 *
 * <p>Lines end with LF, CR or CRLF and have at most 1 MiB, as has the data of one event. The end mark is an event of its
 * own even where the provider forgets the empty line before it. What stands before the end of the body without an empty
 * line after it is the last event, marked as cut.
 */
final class SseReader {
    static final int LINE_BYTES_MAX = 1 << 20;

    private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT = "event".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_MARK = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final Upstream.Body in;
    private final byte[] buffer = new byte[2 << 10];
    private int position;
    private int limit;
    private boolean lineFeedMayFollow;
    private boolean firstLine = true;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private final ByteArrayOutputStream data = new ByteArrayOutputStream(512);
    private boolean hasData;
    private String name = "";
    private boolean endMarkRead;
    /** The last look for more found nothing yet. */
    private boolean starved;

    SseReader(Upstream.Body in) {
        this.in = in;
    }

    /**
     * An event.
     *
     * @param name empty: none
     * @param cut the body ended before the event did
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes that are handed over, never compared
    record Event(String name, byte[] data, boolean cut) {
        boolean isEndMark() {
            return Arrays.equals(data, END_MARK);
        }
    }

    /** The next event with data; null at the end of the body, and while {@link #isStarved}. */
    @Nullable
    Event next() throws IOException {
        if (endMarkRead) {
            endMarkRead = false;
            return new Event("", END_MARK, false);
        }
        while (readLine()) {
            byte[] bytes = line.toByteArray();
            line.reset();
            if (bytes.length > 0) {
                field(bytes);
            } else if (hasData) {
                return take(false);
            } else {
                name = "";
            }
            if (endMarkRead) {
                return hasData ? take(false) : next();
            }
        }
        if (starved) {
            return null;
        }
        if (line.size() > 0) {
            field(line.toByteArray());
            line.reset();
            if (endMarkRead && !hasData) {
                return next();
            }
        }
        return hasData ? take(true) : null;
    }

    /** Whether the rest of the next event has not come yet. */
    boolean isStarved() {
        return starved;
    }

    int begunBytes() {
        return line.size() + data.size();
    }

    private Event take(boolean cut) {
        Event event = new Event(name, data.toByteArray(), cut);
        data.reset();
        hasData = false;
        name = "";
        return event;
    }

    /** Fills {@link #line} and says whether its end was read; else what there is of it stays in it. */
    private boolean readLine() throws IOException {
        while (true) {
            if (position == limit && !fill()) {
                return false;
            }
            if (lineFeedMayFollow) {
                lineFeedMayFollow = false;
                if (buffer[position] == '\n') {
                    position++;
                    continue;
                }
            }
            int begin = position;
            while (position < limit && buffer[position] != '\n' && buffer[position] != '\r') {
                position++;
            }
            append(line, begin, position - begin);
            if (position < limit) {
                lineFeedMayFollow = buffer[position++] == '\r';
                return true;
            }
        }
    }

    private boolean fill() throws IOException {
        position = 0;
        int count = in.readNow(buffer, 0, buffer.length);
        starved = count == 0;
        limit = Math.max(0, count);
        return limit > 0;
    }

    private void append(ByteArrayOutputStream to, int begin, int length) throws Malformed {
        if (to.size() + length > LINE_BYTES_MAX) {
            throw new Malformed("a line of more than " + LINE_BYTES_MAX + " bytes");
        }
        to.write(buffer, begin, length);
    }

    private void field(byte[] bytes) throws Malformed {
        int begin = firstLine && startsWithByteOrderMark(bytes) ? 3 : 0;
        firstLine = false;
        int colon = begin;
        while (colon < bytes.length && bytes[colon] != ':') {
            colon++;
        }
        int value = Math.min(bytes.length, colon + 1);
        if (value < bytes.length && bytes[value] == ' ') {
            value++;
        }
        if (Arrays.equals(bytes, begin, colon, DATA, 0, DATA.length)) {
            data(bytes, value);
        } else if (Arrays.equals(bytes, begin, colon, EVENT, 0, EVENT.length)) {
            name = new String(bytes, value, bytes.length - value, StandardCharsets.UTF_8);
        }
    }

    private void data(byte[] bytes, int begin) throws Malformed {
        if (Arrays.equals(bytes, begin, bytes.length, END_MARK, 0, END_MARK.length)) {
            endMarkRead = true;
            return;
        }
        if (data.size() + bytes.length - begin + 1 > LINE_BYTES_MAX) {
            throw new Malformed("an event of more than " + LINE_BYTES_MAX + " bytes");
        }
        if (hasData) {
            data.write('\n');
        }
        data.write(bytes, begin, bytes.length - begin);
        hasData = true;
    }

    private static boolean startsWithByteOrderMark(byte[] bytes) {
        return bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
    }
}
