package dev.millrace.classifier.sensitivity;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ChecksumsTest {

    @Test
    void luhnHoldsForTheKnownTestCardAndForNoNeighbour() {
        assertThat(Checksums.luhn("4111111111111111".toCharArray(), 0, 16)).isTrue();
        for (char last : "023456789".toCharArray()) {
            assertThat(Checksums.luhn(("411111111111111" + last).toCharArray(), 0, 16))
                    .isFalse();
        }
    }

    @Test
    void remainderBy97IsOneForAnAccountNumberRotatedByFour() {
        assertThat(Checksums.isMod97("DE89370400440532013000".toCharArray(), 22))
                .isTrue();
        assertThat(Checksums.isMod97("DE89370400440532013001".toCharArray(), 22))
                .isFalse();
        assertThat(Checksums.isMod97("MT84MALT011000012345MTLCAST001S".toCharArray(), 31))
                .isTrue();
    }

    @Test
    void verhoeffNoticesASwapThatLuhnMisses() {
        assertThat(Checksums.verhoeff("2363")).isTrue();
        assertThat(Checksums.verhoeff("2633")).isFalse();
    }

    @Test
    void mod1110HoldsForAPublishedExample() {
        assertThat(Checksums.mod1110("86095742719")).isTrue();
        assertThat(Checksums.mod1110("86095742718")).isFalse();
    }

    /** The keys that stand for the number one, with and without a compressed public key: every wallet's test has them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "5HpHagT65TZzG1PH3CSu63k8DbpvD8s5ip4nEB3kEsreAnchuDf",
                "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn"
            })
    void theSumOfAWalletsKeyHoldsForAKnownOneAndForNoNeighbour(String key) {
        assertThat(Checksums.isWalletKey(key)).isTrue();
        assertThat(Checksums.isWalletKey(key.substring(1))).isFalse();
        assertThat(Checksums.isWalletKey(key + "1")).isFalse();
        for (int i = 0; i < key.length(); i++) {
            for (char other : "29Cz0".toCharArray()) {
                String neighbour = key.substring(0, i) + other + key.substring(i + 1);
                assertThat(Checksums.isWalletKey(neighbour)).as(neighbour).isEqualTo(neighbour.equals(key));
            }
        }
    }

    @Test
    void anAddressOfAWalletIsNoKeyAndHasASumToo() {
        assertThat(Checksums.isWalletAddress("1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"))
                .isTrue();
        assertThat(Checksums.isWalletAddress("1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMJ"))
                .isFalse();
        assertThat(Checksums.isWalletAddress("")).isFalse();
        assertThat(Checksums.isWalletKey("1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH")).isFalse();
        assertThat(Checksums.isWalletKey("")).isFalse();
    }
}
