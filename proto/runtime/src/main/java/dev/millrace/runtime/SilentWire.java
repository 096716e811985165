package dev.millrace.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Turns off, at any level, what libraries would log of the bytes and headers that they carry: these hold prompts, answers and
 * keys. An operator who logs everything to find a fault must not gather them by that.
 */
final class SilentWire {
    private static final List<String> LOGGERS = List.of(
            // gRPC's frames: headers in clear, messages in hexadecimal digits.
            "io.grpc.netty.NettyClientHandler",
            "io.grpc.netty.NettyServerHandler",
            // The HTTP client towards engines.
            "org.apache.hc.client5.http.wire",
            "org.apache.hc.client5.http.headers");

    private SilentWire() {}

    static void install() {
        for (String name : LOGGERS) {
            if (LoggerFactory.getLogger(name) instanceof Logger logger) {
                logger.setLevel(Level.OFF);
            }
        }
    }
}
