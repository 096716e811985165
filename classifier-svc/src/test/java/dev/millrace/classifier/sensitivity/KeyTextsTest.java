package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Measures what is found of private keys that are one word, of keys and passwords that only a name or a check sum tells, and of cards and
 * accounts in other signs, among hashes, addresses and public keys, and prints it.
 */
class KeyTextsTest {

    private static final String RESOURCE = "/sensitivity/keys.tsv";

    private final TextSet texts = new TextSet("keys", RESOURCE);

    @ParameterizedTest
    @CsvSource({"PRIVATE_KEY, 83", "CREDENTIAL, 39", "PAYMENT_CARD, 12", "IBAN, 9"})
    void tellsNearlyAllOfWhatMustNotLeave(FindingKind kind, int textsMin) {
        texts.assertTold(kind, textsMin);
    }

    @Test
    void leavesHashesAddressesAndPublicKeysAlone() {
        texts.assertLeftAlone(LabelledText.NEAR_MISS, 126);
    }

    @Test
    void printsTheFirstPartAndTheLaterOneApart() {
        TextSet.Parts parts = TextSet.Parts.of("keys", RESOURCE, 92 + 86, 51 + 40);

        int missed = parts.printMissed(
                FindingKind.PRIVATE_KEY, FindingKind.CREDENTIAL, FindingKind.PAYMENT_CARD, FindingKind.IBAN);
        long sensitive = parts.printFalseAlarms();

        assertThat(missed).as("of 143").isZero();
        assertThat(sensitive).as("of 126 near misses").isZero();
    }
}
