package dev.millrace.classifier.sensitivity;

import org.junit.jupiter.api.Test;

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
}
