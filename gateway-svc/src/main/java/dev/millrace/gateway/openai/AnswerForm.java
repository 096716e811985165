package dev.millrace.gateway.openai;

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

    /** A writer of this form. */
    public AnswerWriter writer(AnswerHead head) {
        if (streamed) {
            return kind == Kind.CHAT ? new ChatChunks(head, includeUsage) : new TextChunks(head, includeUsage);
        }
        return new WholeAnswer(head, kind);
    }
}
