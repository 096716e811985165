package dev.millrace.classifier.sensitivity;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PhraseTrieTest {

    @Test
    void refusesASecondMeaningOfAPhrase() {
        PhraseTrie trie = new PhraseTrie();
        trie.add("secret", new Phrase.KeyName());

        assertThatThrownBy(() -> trie.add("secret", new Phrase.PasswordName()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("secret");
    }
}
