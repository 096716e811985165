package dev.millrace.gateway.catalogue;

import dev.millrace.gateway.Standing;
import dev.millrace.gateway.Standing.Presence;
import dev.millrace.gateway.Target;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class AttendanceTest {

    private long seconds;
    private final Attendance attendance =
            new Attendance(() -> Duration.ofSeconds(seconds).toNanos());

    @Test
    void nobodyIsThereBeforeItHasTold() {
        assertThat(attendance.standings())
                .containsExactly(
                        new Standing(Target.LOCAL, Presence.AWAY, Optional.empty()),
                        new Standing(Target.CLOUD, Presence.AWAY, Optional.empty()));
    }

    @Test
    void oneMissedAnswerIsToldAndThreeInARowAreAnAbsence() {
        attendance.note(Target.LOCAL, true);
        attendance.note(Target.CLOUD, true);
        for (Presence expected : new Presence[] {Presence.MISSED, Presence.MISSED, Presence.AWAY, Presence.AWAY}) {
            seconds += 7;
            attendance.note(Target.LOCAL, false);
            attendance.note(Target.CLOUD, true);

            assertThat(attendance.standings())
                    .containsExactly(
                            new Standing(Target.LOCAL, expected, Optional.of(Duration.ofSeconds(seconds))),
                            new Standing(Target.CLOUD, Presence.ANSWERS, Optional.of(Duration.ZERO)));
        }
    }

    @Test
    void anAnswerEndsAnAbsence() {
        attendance.note(Target.LOCAL, true);
        for (int i = 0; i < Attendance.MISSED_MAX; i++) {
            attendance.note(Target.LOCAL, false);
        }
        attendance.note(Target.LOCAL, true);
        attendance.note(Target.LOCAL, false);

        assertThat(attendance.standings().getFirst().presence()).isEqualTo(Presence.MISSED);
    }
}
