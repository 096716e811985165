package dev.millrace.relay;

import java.time.Duration;
import java.util.Optional;

/** Keeps calls away from a provider's model that keeps failing. */
public interface Breakers {
    /** Leave to call the model; empty while it is given time to recover. */
    Optional<Permit> ask(ProviderModel model);

    /** How long a refused call should stay away. */
    Duration pause();

    /** Whether calls of this model would be refused now. */
    boolean isOpen(ProviderModel model);

    /** Why it is left alone, for people; after the pause, too, until it answers again. Empty: it is not. */
    Optional<String> resting(ProviderModel model);

    /** Leave to make one call: it may say once that an answer begins, and then says exactly once how the call ended. */
    interface Permit {
        /** The first piece of an answer is here, which may go on for minutes; the end is told all the same. */
        void answering();

        void succeeded();

        void failed(Failure failure);

        /** The call says nothing about the provider's health. */
        void released();
    }
}
