package dev.millrace.standalone;

import dev.millrace.runtime.Home;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

final class DetachedTest {
    private static final String MARK = "-Dmillrace.detached=true";

    @Test
    void theOtherProcessGetsTheSameWordsAndAMarkBeforeThem() {
        assertThat(Detached.marked("/jdk/bin/java", List.of("-Xmx96m", "-jar", "millrace.jar", "up", "--detach=true")))
                .containsExactly("/jdk/bin/java", MARK, "-Xmx96m", "-jar", "millrace.jar", "up", "--detach=true");
    }

    @Test
    void aServiceThatCannotDoItsWorkIsToldByTheExitCodeOfStatus() {
        Home.Run healthy = new Home.Run(1, Path.of("/config.yml"), Map.of());
        Home.Run failing = new Home.Run(1, Path.of("/config.yml"), Map.of(), List.of("local-inference"));

        assertThat(Detached.exitCode(Optional.of(healthy))).isZero();
        assertThat(Detached.exitCode(Optional.of(failing))).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--detach", "-d", "--detach=true", "-d=true"})
    void whatIsMarkedStartsNoOther(String word) {
        UpCommand up = new UpCommand();
        new CommandLine(up).parseArgs(word);
        assertThat(up.detaches()).isTrue();

        System.setProperty(MARK.substring(2, MARK.indexOf('=')), "true");
        try {
            assertThat(up.detaches()).isFalse();
        } finally {
            System.clearProperty(MARK.substring(2, MARK.indexOf('=')));
        }
    }
}
