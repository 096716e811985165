package dev.millrace.relay.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Turns off what the HTTP client would log of headers and bodies, at any level: they hold keys, prompts and answers. */
final class SilentWire {
    private SilentWire() {}

    static void install() {
        for (String name : new String[] {"org.apache.hc.client5.http.wire", "org.apache.hc.client5.http.headers"}) {
            if (LoggerFactory.getLogger(name) instanceof Logger logger) {
                logger.setLevel(Level.OFF);
            }
        }
    }
}
