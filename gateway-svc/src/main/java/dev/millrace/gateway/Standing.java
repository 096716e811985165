package dev.millrace.gateway;

import java.time.Duration;
import java.util.Optional;

/**
 * How a backend answers the questions for its models.
 *
 * @param told how long ago it last told them; empty: never
 */
public record Standing(Target target, Presence presence, Optional<Duration> told) {

    /** Whether it told its models when it was last asked. */
    public boolean answers() {
        return presence == Presence.ANSWERS;
    }

    /** What is wrong and what to do; empty while nothing is. */
    public String reason() {
        String service = target == Target.LOCAL ? "local-inference" : "cloud-relay";
        return switch (presence) {
            case ANSWERS -> "";
            case MISSED -> service + " did not answer when it was last asked, last seen " + seen();
            case AWAY ->
                service + " does not answer, last seen " + seen()
                        + ": what it listed is not known to be usable, though prompts still try it. "
                        + Absence.SEE_WHETHER_UP;
        };
    }

    private String seen() {
        return told.map(age -> age.toSeconds() + " s ago").orElse("never");
    }

    /** From the best to the worst. */
    public enum Presence {
        ANSWERS,
        /** Not when it was last asked. */
        MISSED,
        /** Never, or not for so long that its models are not told as usable. */
        AWAY
    }
}
