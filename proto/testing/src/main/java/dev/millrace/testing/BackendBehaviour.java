package dev.millrace.testing;

import dev.millrace.testing.CloudScript.Kind;

/** What the contract suite asks of the engine or cloud behind an inference service, each as a model of its own. */
public enum BackendBehaviour {
    /** Answers 8 tokens, {@link FakeCloud#text} of 8. */
    ANSWERS_8_TOKENS(CloudScript.model(Kind.WORDS, 8)),
    /** Answers 100 tokens. */
    ANSWERS_100_TOKENS(CloudScript.model(Kind.WORDS, 100)),
    /** Answers without end, a token in 50 ms. */
    ANSWERS_SLOWLY(CloudScript.model(Kind.SLOW_WORDS, 50)),
    /** Answers 8 tokens, the first after 2.5 s. */
    STARTS_SLOWLY(CloudScript.model(Kind.SLOW_START, 2_500)),
    /** Takes the call and never says anything. */
    IS_SILENT(CloudScript.model(Kind.SILENT)),
    /** Fails each time before the first token. */
    FAILS(CloudScript.model(Kind.FAILS)),
    /** Breaks the connection after 3 tokens. */
    DIES_AFTER_3_TOKENS(CloudScript.model(Kind.DIES_AFTER, 3)),
    /** Ends its stream after 3 tokens without saying that the answer is over. */
    ENDS_WITHOUT_FINISH(CloudScript.model(Kind.NO_FINISH, 3)),
    /** Says that the prompt is too long for its window. */
    FINDS_THE_PROMPT_TOO_LONG(CloudScript.model(Kind.CONTEXT_TOO_LONG)),
    /** Refuses the content. */
    FILTERS_THE_CONTENT(CloudScript.model(Kind.CONTENT_FILTER)),
    /** Refuses the request itself. */
    REJECTS_THE_REQUEST(CloudScript.model(Kind.REJECTED)),
    /** Embeds texts in 8 dimensions. */
    EMBEDS(CloudScript.model(Kind.EMBEDDINGS, 8));

    private final String fakeCloudModel;

    BackendBehaviour(String fakeCloudModel) {
        this.fakeCloudModel = fakeCloudModel;
    }

    /** The model of {@link FakeCloud} that behaves so; publish it, so that it is listed too. */
    public String fakeCloudModel() {
        return fakeCloudModel;
    }
}
