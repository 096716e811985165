package dev.millrace.mesh.policy;

import dev.millrace.runtime.ConfigurationFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The text of a policy: that of the file that ships, and what an operator makes of it. */
record PolicyText(String text) {
    private static final String FILE = "policy.yaml";

    static PolicyText shipped() {
        try {
            return new PolicyText(Files.readString(Path.of(FILE)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** With other words wherever these stand. */
    PolicyText with(String words, String others) {
        assertThat(text).contains(words);
        return new PolicyText(text.replace(words, others));
    }

    /** Without what the pattern finds, but for one end of a line. */
    PolicyText without(String pattern) {
        assertThat(text).containsPattern(pattern);
        return new PolicyText(text.replaceAll(pattern, "\n"));
    }

    Policy parse() {
        return PolicyFile.parse(FILE, text);
    }

    /** Where the words stand first, as a complaint names it. */
    String place(String words) {
        long before = text.substring(0, text.indexOf(words))
                .chars()
                .filter(letter -> letter == '\n')
                .count();
        return FILE + " line " + (before + 1);
    }

    void assertRefused(String... complaints) {
        assertThatThrownBy(this::parse).isInstanceOf(ConfigurationFault.class).hasMessageContainingAll(complaints);
    }
}
