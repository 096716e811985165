package dev.millrace.runtime;

import java.util.List;

/** A configuration that must not start: one line a mistake, each with its key, its value and where it stands. */
public final class ConfigurationFault extends IllegalArgumentException {
    private final List<String> mistakes;

    public ConfigurationFault(List<String> mistakes) {
        super(String.join(System.lineSeparator(), mistakes));
        this.mistakes = List.copyOf(mistakes);
    }

    public List<String> mistakes() {
        return mistakes;
    }
}
