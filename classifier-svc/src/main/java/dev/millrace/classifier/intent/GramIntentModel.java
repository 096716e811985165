package dev.millrace.classifier.intent;

import dev.millrace.classifier.Intent;
import dev.millrace.classifier.IntentModel;

/** The intent model in use: hashed grams for the intent, rules for the task. */
public final class GramIntentModel implements IntentModel {

    /** Below this belief a question is out of scope. */
    private static final double PROBABILITY_MIN = 0.35;

    /** Assistants' intents are short; a long question that looks like one is something else. */
    private static final int CHARS_MAX = 400;

    private final LinearIntents intents = LinearIntents.load();
    private final TaskRules tasks = TaskRules.load();

    @Override
    public Intent intentOf(String question) {
        if (question.length() > CHARS_MAX) {
            return new Intent(Intent.OUT_OF_SCOPE, 1, tasks.taskOf(question));
        }
        LinearIntents.Guess guess = intents.guess(question);
        boolean inScope = guess.probability() >= PROBABILITY_MIN;
        String id = inScope ? guess.id() : Intent.OUT_OF_SCOPE;
        boolean sure = id.equals(guess.id());
        return new Intent(id, sure ? guess.probability() : 1 - guess.probability(), tasks.taskOf(question));
    }

    @Override
    public String version() {
        return intents.version();
    }
}
