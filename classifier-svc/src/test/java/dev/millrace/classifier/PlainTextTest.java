package dev.millrace.classifier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PlainTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hi there, what is it?|what is it?",
                "Good morning! Could you please sort this?|sort this?",
                "Sort  this, thanks!|sort this",
                "Guten Tag, was ist das?|was ist das?",
                "Hello, can you help me? What is it?|what is it?",
                "Hi Anna, what is it?|what is it?",
                "Hello world program in C|world program in c",
                "Hey 42, what is it?|42, what is it?",
                "Good evening Millrace!|good evening millrace!",
                "High tides, why?|high tides, why?",
                "it’s “good”|it's \"good\"",
                "Hi-fi speakers or headphones?|hi-fi speakers or headphones?",
                "Hi so, what is it?|so, what is it?",
                "Yo moreover, what is it?|moreover, what is it?",
                "Hey, how are you?|how are you?",
                "Hope is what remains well after all, why?|hope is what remains well after all, why?",
                "I hope you can explain entropy well|i hope you can explain entropy well",
                "Dear Ms. Wang, I write to you.|dear ms. wang, i write to you.",
                "Sup with chopsticks, how?|sup with chopsticks, how?"
            })
    void bringsQuestionsIntoOneForm(String question, String plain) {
        assertThat(PlainText.of(question)).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Hiya! ",
                "Howdy, ",
                "yo ",
                "Heyyy!! ",
                "Hi :) ",
                "Hello \ud83d\udc4b\ud83c\udffd ",
                "Hey ❤️, ",
                "Hi! :-) ",
                "Hi Anna :) ",
                "Hello Dr. Smith,\n\n",
                "Hi Mary-Ann, I hope you are well. ",
                "Hi, I hope you are well. ",
                "hope this finds you well ",
                "Hope this email finds you well!\n",
                "Good afternoon! We trust that you're doing well today. ",
                "Hello everyone, hope you all had a great weekend :) ",
                "Sup? ",
                "Greetings \ud83d\ude42 hope all is well - could you please ",
                "Pls "
            })
    void anOpeningLeavesTheQuestionAlone(String opening) {
        assertThat(PlainText.of(opening + "What is it?")).isEqualTo("what is it?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "thanks!", "hi there"})
    void keepsACourtesyThatIsAllThereIs(String question) {
        assertThat(PlainText.of(question)).isEqualTo(question);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "Hi there!",
                "Thanks!",
                "Good evening Millrace!",
                "hey hey!",
                "Can you help me?",
                "hi! thanks",
                "hiya :)",
                "Hi! I hope you are well.",
                "hola"
            })
    void tellsCourtesiesThatStandAlone(String question) {
        assertThat(PlainText.isCourtesy(PlainText.of(question))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello world", "thanksgiving", "Hi, what is it?", "please sort this", "no thanks"})
    void tellsWhatIsMoreThanACourtesy(String question) {
        assertThat(PlainText.isCourtesy(PlainText.of(question))).isFalse();
    }

    @Test
    void keepsLineEndsButNotHowMany() {
        assertThat(PlainText.of("a.\r\n\r\n  b) c")).isEqualTo("a.\nb) c");
    }
}
