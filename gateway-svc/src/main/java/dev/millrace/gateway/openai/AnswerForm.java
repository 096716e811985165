package dev.millrace.gateway.openai;

import dev.millrace.schema.completion.v1.Delta;

/**
 * The form in which a caller wants its answer.
 *
 * @param kind the API that was called
 * @param streamed whether it comes token by token
 * @param includeUsage whether a stream ends with a chunk of usage and cost; whole answers always tell both
 */
public record AnswerForm(Kind kind, boolean streamed, boolean includeUsage) {

    /** The API that was called. */
    public enum Kind {
        CHAT,
        TEXT
    }

    /** Whether a piece is written in this form: the older API has text alone. */
    public boolean shows(Delta piece) {
        return kind == Kind.CHAT || piece.hasText();
    }

    /** A writer of this form. */
    public AnswerWriter writer(AnswerHead head) {
        if (streamed) {
            return kind == Kind.CHAT ? new ChatChunks(head, includeUsage) : new TextChunks(head, includeUsage);
        }
        return new WholeAnswer(head, kind);
    }
}
