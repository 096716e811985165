package dev.millrace.classifier;

/** Makes the verdict on a prompt out of the five judgements; pure, so equal prompts get equal verdicts everywhere. */
public final class PromptJudge {

    private final ComplexityScorer scorer;
    private final SensitivityScanner scanner;
    private final IntentModel intents;
    private final LanguageDetector languages;
    private final TokenEstimator tokens;

    public PromptJudge(
            ComplexityScorer scorer,
            SensitivityScanner scanner,
            IntentModel intents,
            LanguageDetector languages,
            TokenEstimator tokens) {
        this.scorer = scorer;
        this.scanner = scanner;
        this.intents = intents;
        this.languages = languages;
        this.tokens = tokens;
    }

    /** Returns the verdict on a prompt. */
    public Verdict judge(Prompt prompt) {
        return new Verdict(
                scorer.score(prompt),
                intents.intentOf(prompt.question()),
                languages.languageOf(prompt.question()),
                tokens.tokensOf(prompt.texts()),
                scanner.scan(prompt.texts()),
                version());
    }

    /** The versions of all weights that take part, so that a decision can be replayed. */
    public String version() {
        return scorer.version() + "+" + intents.version();
    }
}
