package dev.millrace.runtime;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Sends the log to a file in the home's folder as well, from the level that {@code MILLRACE_LOG_LEVEL} names, else INFO; the console
 * keeps warnings alone.
 */
public final class LogFile {
    private static final String SIZE_MAX = "20 mb";
    private static final int DAYS_KEPT = 14;
    private static final String TOTAL_SIZE_MAX = "200 mb";

    private LogFile() {}

    /** Opens {@code <folder>/<name>.log} in the form for people; older days and parts lie beside it and are deleted in time. */
    public static void open(Path folder, String name) {
        open(folder, name, name, LogForm.TEXT);
    }

    /** The same in this form; where that has a field for it, the lines say that they are this service's. */
    public static void open(Path folder, String name, String service, LogForm form) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (!(factory instanceof LoggerContext context)) {
            return;
        }
        LogDepth.set(context, System.getenv());
        RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
        file.setContext(context);
        file.setName(name);
        file.setFile(folder.resolve(name + ".log").toString());
        file.setEncoder(form == LogForm.JSON ? json(context, service) : text(context));
        SizeAndTimeBasedRollingPolicy<ILoggingEvent> rolling = rolling(context, folder, name);
        rolling.setParent(file);
        rolling.start();
        file.setRollingPolicy(rolling);
        file.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(file);
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context, String service) {
        JsonLines encoder = new JsonLines(service);
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> text(LoggerContext context) {
        TextLines encoder = new TextLines();
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    private static SizeAndTimeBasedRollingPolicy<ILoggingEvent> rolling(
            LoggerContext context, Path folder, String name) {
        SizeAndTimeBasedRollingPolicy<ILoggingEvent> rolling = new SizeAndTimeBasedRollingPolicy<>();
        rolling.setContext(context);
        rolling.setFileNamePattern(folder.resolve(name + ".%d.%i.log").toString());
        rolling.setMaxFileSize(FileSize.valueOf(SIZE_MAX));
        rolling.setMaxHistory(DAYS_KEPT);
        rolling.setTotalSizeCap(FileSize.valueOf(TOTAL_SIZE_MAX));
        return rolling;
    }
}
