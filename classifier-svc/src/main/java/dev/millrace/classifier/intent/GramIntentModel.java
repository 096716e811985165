package dev.millrace.classifier.intent;

import dev.millrace.classifier.Intent;
import dev.millrace.classifier.IntentModel;
import dev.millrace.classifier.Meaning;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The intent model in use: hashed grams and, where it is known, the meaning for the intent; rules for the task. */
public final class GramIntentModel implements IntentModel {

    /** Below this belief a question is out of scope. */
    private static final double PROBABILITY_MIN = 0.35;

    /** The same where the meaning is known: the sums are larger, so beliefs are firmer. */
    private static final double MEANING_PROBABILITY_MIN = 0.4;

    /** Assistants' intents are short; a long question that looks like one is something else. */
    private static final int CHARS_MAX = 400;

    private final LinearIntents intents;
    private final MeaningIntents meanings;
    private final TaskRules tasks = TaskRules.load();

    /** The weights that ship with the service. */
    public GramIntentModel() {
        intents = LinearIntents.load();
        meanings = MeaningIntents.load(intents.ids());
    }

    /** Weights from elsewhere: those of the grams, and those of the meaning. */
    GramIntentModel(InputStream gramWeights, InputStream meaningWeights) throws IOException {
        intents = LinearIntents.read(gramWeights);
        meanings = MeaningIntents.read(meaningWeights, intents.ids());
    }

    @Override
    public Intent intentOf(String question, Meaning meaning) {
        if (question.length() > CHARS_MAX) {
            return new Intent(Intent.OUT_OF_SCOPE, 1, tasks.taskOf(question));
        }
        Optional<float[]> vector = meaning.vector();
        LinearIntents.Guess guess = guess(question, vector);
        boolean inScope = guess.probability() >= (vector.isPresent() ? MEANING_PROBABILITY_MIN : PROBABILITY_MIN);
        String id = inScope ? guess.id() : Intent.OUT_OF_SCOPE;
        boolean sure = id.equals(guess.id());
        return new Intent(id, sure ? guess.probability() : 1 - guess.probability(), tasks.taskOf(question));
    }

    /** The likeliest intent of those that were trained, however little it is believed. */
    LinearIntents.Guess guess(String question, Optional<float[]> vector) {
        double[] grams = intents.logits(question);
        return intents.guess(vector.map(known -> meanings.logits(known, grams)).orElse(grams));
    }

    @Override
    public String version() {
        return intents.version() + "+" + meanings.version();
    }
}
