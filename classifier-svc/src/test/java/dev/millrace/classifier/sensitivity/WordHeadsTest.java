package dev.millrace.classifier.sensitivity;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class WordHeadsTest {

    private final WordHeads heads = new WordHeads();

    @BeforeEach
    void add() {
        heads.addPhrase("api key");
        heads.addPhrase("pw");
        heads.addPhrase("p");
        heads.addPhrase("a b");
        heads.addBeginning("sk-");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api", "API", "Api key", "pw", "pw=", "PW ", "pwA", "p", "p ", "p=x", "a b", "A_B", "a  b", "sk-1"
            })
    void admitsWhatMayBeginAPhrase(String word) {
        assertThat(mayBegin(word)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"apple", "any", "pwa", "PWA", "pet", "PEt", "a c", "SK-1", "skin", "xyz"})
    void refusesWhatBeginsNone(String word) {
        assertThat(mayBegin(word)).isFalse();
    }

    @Test
    void leavesOpenWhatACharacterBeyondAsciiBegins() {
        assertThat(mayBegin("p\u00e4x")).isTrue();
        assertThat(mayBegin("\u5bc6ab")).isTrue();
        assertThat(mayBegin("ap\u0457")).isTrue();
    }

    private boolean mayBegin(String word) {
        ScanText text = new ScanText(word);
        return heads.mayBegin(text.at(0), text, 0);
    }
}
