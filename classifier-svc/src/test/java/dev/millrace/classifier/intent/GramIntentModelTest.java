package dev.millrace.classifier.intent;

import dev.millrace.classifier.Intent;
import dev.millrace.classifier.Meaning;
import dev.millrace.classifier.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class GramIntentModelTest {

    private final GramIntentModel model = new GramIntentModel();

    @ParameterizedTest
    @CsvSource({
        "hello there, greeting",
        "set a timer for ten minutes, timer",
        "what's my account balance, balance",
        "thanks a lot!, thank_you",
        "translate good morning to french, translate",
        "what will the weather be tomorrow in oslo, weather"
    })
    void namesEverydayIntents(String question, String intent) {
        assertThat(model.intentOf(question, Meaning.UNKNOWN).id()).isEqualTo(intent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Prove that there are infinitely many primes, two ways",
                "Write a Python function that reverses a string",
                "Design a rate limiter and discuss the trade-offs",
                "Schreibe ein Gedicht über den Herbst",
                ""
            })
    void saysOutOfScopeForEverythingElse(String question) {
        assertThat(model.intentOf(question, Meaning.UNKNOWN).id()).isEqualTo(Intent.OUT_OF_SCOPE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What are your opening hours?|QUESTION",
                "hello|CHAT",
                "thanks a lot!|CHAT",
                "Prove that there are infinitely many primes, two ways|REASONING",
                "Compare Keynes and Hayek|REASONING",
                "Write a Python function that reverses a string|CODE",
                "Summarize this article in three bullet points: it rained.|SUMMARIZATION",
                "Fasse den Text zusammen: es regnet.|SUMMARIZATION",
                "Translate good morning to French|TRANSLATION",
                "Übersetze das ins Englische|TRANSLATION",
                "Extract all names and dates from the text below as JSON|EXTRACTION",
                "Classify the sentiment of this review: I loved it|CLASSIFICATION",
                "What is 15% of 80?|MATH",
                "Solve x^2 - 4 = 0|MATH",
                "Write an email to my boss asking for a day off|WRITING",
                "Schreibe ein Gedicht über den Herbst|WRITING"
            })
    void namesTheTaskByItsWords(String question, Task task) {
        assertThat(model.intentOf(question, Meaning.UNKNOWN).task()).isEqualTo(task);
    }

    @Test
    void namesTheTaskByItsShape() {
        assertThat(model.intentOf(
                                "Why does it fail?\n```\nfor (int i = 0; i < n; i++) {\n  x += i;\n}\n```",
                                Meaning.UNKNOWN)
                        .task())
                .isEqualTo(Task.CODE);
        assertThat(model.intentOf("Which is a mammal?\nA. shark\nB. whale\nC. trout\nD. lizard", Meaning.UNKNOWN)
                        .task())
                .isEqualTo(Task.MULTIPLE_CHOICE);
    }
}
