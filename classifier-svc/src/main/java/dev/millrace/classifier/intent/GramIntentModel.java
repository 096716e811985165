package dev.millrace.classifier.intent;

import dev.millrace.classifier.Intent;
import dev.millrace.classifier.IntentModel;
import dev.millrace.classifier.Meaning;
import java.util.Optional;

/** The intent model in use: hashed grams and, where it is known, the meaning for the intent; rules for the task. */
public final class GramIntentModel implements IntentModel {

    /** Below this belief a question is out of scope. */
    private static final double PROBABILITY_MIN = 0.35;

    /** The same where the meaning is known: the sums are larger, so beliefs are firmer. */
    private static final double MEANING_PROBABILITY_MIN = 0.5;

    /** Assistants' intents are short; a long question that looks like one is something else. */
    private static final int CHARS_MAX = 400;

    private final LinearIntents intents = LinearIntents.load();
    private final MeaningIntents meanings = MeaningIntents.load(intents.ids());
    private final TaskRules tasks = TaskRules.load();

    @Override
    public Intent intentOf(String question, Meaning meaning) {
        if (question.length() > CHARS_MAX) {
            return new Intent(Intent.OUT_OF_SCOPE, 1, tasks.taskOf(question));
        }
        double[] grams = intents.logits(question);
        Optional<float[]> vector = meaning.vector();
        LinearIntents.Guess guess =
                intents.guess(vector.map(known -> meanings.logits(known, grams)).orElse(grams));
        boolean inScope = guess.probability() >= (vector.isPresent() ? MEANING_PROBABILITY_MIN : PROBABILITY_MIN);
        String id = inScope ? guess.id() : Intent.OUT_OF_SCOPE;
        boolean sure = id.equals(guess.id());
        return new Intent(id, sure ? guess.probability() : 1 - guess.probability(), tasks.taskOf(question));
    }

    @Override
    public String version() {
        return intents.version() + "+" + meanings.version();
    }
}
