package dev.millrace.relay;

/** What a model can do; a request that needs what is false here is not sent. */
public record Capabilities(
        boolean chat,
        boolean tools,
        boolean images,
        boolean jsonSchema,
        boolean embeddings,
        boolean seed,
        boolean multipleChoices,
        boolean logprobs) {

    /** For a chat model about which nothing is known: the provider itself will refuse what it lacks. */
    public static final Capabilities CHAT = new Capabilities(true, true, true, true, false, true, true, true);

    /** For a model that only embeds. */
    public static final Capabilities EMBEDDINGS =
            new Capabilities(false, false, false, false, true, false, false, false);

    /** For a model taken at the operator's word: everything is tried. */
    public static final Capabilities ANY = new Capabilities(true, true, true, true, true, true, true, true);
}
