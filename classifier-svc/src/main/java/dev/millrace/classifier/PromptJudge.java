package dev.millrace.classifier;

import java.time.Duration;
import java.util.Optional;

/** Makes the verdict on a prompt out of the five judgements; pure, so equal prompts get equal verdicts everywhere. */
public final class PromptJudge {

    private final ComplexityScorer scorer;
    private final SensitivityScanner scanner;
    private final IntentModel intents;
    private final LanguageDetector languages;
    private final TokenEstimator tokens;
    private final Embedder embedder;
    private final String version;
    private final String versionWithMeaning;

    public PromptJudge(
            ComplexityScorer scorer,
            SensitivityScanner scanner,
            IntentModel intents,
            LanguageDetector languages,
            TokenEstimator tokens,
            Embedder embedder) {
        this.scorer = scorer;
        this.scanner = scanner;
        this.intents = intents;
        this.languages = languages;
        this.tokens = tokens;
        this.embedder = embedder;
        this.version = scorer.version() + "+" + intents.version();
        this.versionWithMeaning = version + "+" + embedder.version();
    }

    /** Returns the whole verdict on a prompt, for callers who look closely at its score. */
    public Verdict judge(Prompt prompt, Duration patience) {
        return judge(prompt, Optional.empty(), patience);
    }

    /**
     * Returns the verdict on a prompt.
     *
     * @param cutoffs what the caller acts on; where the text alone tells the tier of an English question, nothing is embedded.
     *     Empty: the whole verdict
     * @param patience how long the question's embedding may be waited for; without it the rest decides
     */
    public Verdict judge(Prompt prompt, Optional<Cutoffs> cutoffs, Duration patience) {
        String plain = PlainText.of(prompt.question());
        // Of the same text as the score: a greeting may not decide whether the meaning takes part.
        String spoken = languages.languageOf(plain);
        Question question = new Question(plain, spoken, prompt.historyTurns());
        NotedMeaning meaning = new NotedMeaning(embedder.meaningOf(plain, patience));
        // The usual range of parts was measured in English; in other languages the text alone says less.
        Optional<Cutoffs> gate = cutoffs.filter(acted -> acted.isEmpty() || question.isEnglish());
        Complexity complexity = scorer.score(question, meaning, gate);
        return new Verdict(
                complexity,
                // An intent alone is not worth an embedding: no tier hangs on it.
                intents.intentOf(prompt.question(), gate.isEmpty() || meaning.known ? meaning : Meaning.UNKNOWN),
                // Where the rest says nothing, a greeting tells at least the language of who asks.
                spoken.equals(LanguageDetector.UNDETERMINED) ? languages.languageOf(prompt.question()) : spoken,
                tokens.tokensOf(prompt.texts()),
                scanner.scan(prompt.texts()),
                meaning.known ? versionWithMeaning : version,
                meaning.isSettled());
    }

    /** The versions of the weights that always take part; a verdict names the embedding beside them where it had one. */
    public String version() {
        return version;
    }

    /** A meaning that notes whether it was asked for and took part. */
    private static final class NotedMeaning implements Meaning {
        private final Meaning meaning;
        private boolean asked;
        private boolean known;

        NotedMeaning(Meaning meaning) {
            this.meaning = meaning;
        }

        @Override
        public Optional<float[]> vector() {
            asked = true;
            Optional<float[]> vector = meaning.vector();
            known |= vector.isPresent();
            return vector;
        }

        /** Whether another time would not bring what this time did not. */
        boolean isSettled() {
            return known || !asked || meaning.equals(Meaning.UNKNOWN);
        }
    }
}
