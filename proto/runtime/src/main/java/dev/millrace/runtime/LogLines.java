package dev.millrace.runtime;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;

/** What every form of the log has in common: an event is a line, and nothing stands before the first or behind the last. */
abstract class LogLines extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};

    private final ThrowableProxyConverter throwables = new ThrowableProxyConverter();

    /** The event's exception with its trace, which ends its own lines. */
    protected final String trace(ILoggingEvent event) {
        return throwables.convert(event);
    }

    @Override
    public void start() {
        throwables.start();
        super.start();
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
