package dev.millrace.relay.app;

import java.util.Map;

/** The environment that keys are read from; it never shows itself. */
record KeyEnvironment(Map<String, String> variables) {
    @Override
    public String toString() {
        return "KeyEnvironment";
    }
}
