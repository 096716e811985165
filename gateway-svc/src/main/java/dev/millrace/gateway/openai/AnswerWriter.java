package dev.millrace.gateway.openai;

import dev.millrace.gateway.TurnResult;
import dev.millrace.schema.completion.v1.Delta;

/** Writes one answer in one of its forms: streamed or whole, chat or text. Used by one thread at a time. */
public interface AnswerWriter {

    /** The bytes that a piece of the answer makes; none in the whole forms, which keep it. */
    byte[] piece(Delta delta);

    /** The bytes that end the answer, or all of them in the whole forms. */
    byte[] finish(TurnResult result);
}
