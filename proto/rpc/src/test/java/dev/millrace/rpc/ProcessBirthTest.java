package dev.millrace.rpc;

import java.time.Instant;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class ProcessBirthTest {
    private static final ProcessHandle SELF = ProcessHandle.current();
    private static final Instant STARTED = SELF.info().startInstant().orElseThrow();

    @BeforeEach
    void onlyWhereTheSystemTells() {
        Assumptions.assumeTrue(ProcessBirth.of(SELF.pid()).isPresent(), "NOT CHECKED: there is no /proc");
    }

    @Test
    void isOneWordAndTheSameAtEachLook() {
        assertThat(ProcessBirth.of(SELF.pid())).isEqualTo(ProcessBirth.of(SELF.pid()));
        assertThat(ProcessBirth.of(SELF.pid()).orElseThrow()).matches("[0-9a-f-]+/[0-9]+");
        assertThat(ProcessBirth.of(Integer.MAX_VALUE)).isEmpty();
    }

    /** A clock that was set moves what the system says of starts. */
    @Test
    void countsMoreThanTheClock() {
        String born = ProcessBirth.of(SELF.pid()).orElseThrow();

        assertThat(ProcessBirth.isOf(SELF, born, STARTED.plusSeconds(3600).toString()))
                .isTrue();
        assertThat(ProcessBirth.isOf(SELF, born + "1", STARTED.toString())).isFalse();
    }

    @Test
    void isDoneWithoutForOlderFiles() {
        assertThat(ProcessBirth.isOf(SELF, null, STARTED.toString())).isTrue();
        assertThat(ProcessBirth.isOf(SELF, null, STARTED.minusSeconds(60).toString()))
                .isFalse();
        assertThat(ProcessBirth.isOf(SELF, null, null)).isTrue();
    }
}
