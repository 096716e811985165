package dev.millrace.relay;

import java.io.IOException;

/** Runs prompts on providers. */
public interface Completions {
    /** Decides at once whether the call can be tried; nothing is sent. */
    Outcome<Admitted> admit(CompletionCall call, ProviderModel model);

    /** A call that nothing stands against. */
    @FunctionalInterface
    interface Admitted {
        /** Runs the call to its end on this thread: the tries it took, or why it failed. */
        Outcome<Integer> run(CallScope scope, AnswerSink sink) throws IOException, InterruptedException;
    }
}
