package dev.millrace.relay;

import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.TokenUsage;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** Where an answer goes, at the reader's pace: a call returns when the reader took what was handed over. */
public interface AnswerSink {
    /** The provider will be tried again. */
    void retrying(int nextTry, Reason cause, Duration wait) throws InterruptedException;

    /** The provider works; ignored once the answer has begun. May be called by another thread. */
    void thinking() throws InterruptedException;

    /** The answer begins. */
    void started(Beginning beginning) throws InterruptedException;

    void delta(Delta delta) throws InterruptedException;

    /** Hands over a piece if its reader takes it here and now, on whatever thread; else does nothing. Never waits. */
    default boolean offer(Delta delta) {
        return false;
    }

    void completed(List<ChoiceEnd> ends, TokenUsage usage, int tries) throws InterruptedException;

    /** What is known when the first piece arrives. */
    record Beginning(String model, String provider, int tries, OptionalLong inputTokens, List<String> dropped) {}
}
