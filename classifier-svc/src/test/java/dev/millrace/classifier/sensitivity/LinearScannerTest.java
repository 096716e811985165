package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.Finding;
import dev.millrace.classifier.FindingKind;
import dev.millrace.classifier.Sensitivity;
import dev.millrace.classifier.SensitivityReport;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class LinearScannerTest {

    private static final String CARD = "4111 1111 1111 1111";
    private static final int LARGE_CHARS = 3 << 20;

    private final LinearScanner scanner = new LinearScanner();

    @Test
    void levelIsTheHighestOfAllFindings() {
        assertThat(level("nothing here")).isEqualTo(Sensitivity.PUBLIC);
        assertThat(level("write to ada@example.com")).isEqualTo(Sensitivity.INTERNAL);
        assertThat(level("write to ada@example.com about card " + CARD)).isEqualTo(Sensitivity.SENSITIVE);
    }

    @Test
    void countsEachRuleOverAllTextsAndNeverKeepsTheText() {
        SensitivityReport report = scanner.scan(List.of("a@example.com, b@example.com", "c@example.com; " + CARD));

        assertThat(report.findings())
                .containsExactly(
                        new Finding(FindingKind.EMAIL, "email", 3),
                        new Finding(FindingKind.PAYMENT_CARD, "luhn_16", 1));
        assertThat(report.toString()).doesNotContain("example").doesNotContain("4111");
    }

    @Test
    void findsWhatLiesAnywhereInALargeText() {
        String filler = "The quick brown fox jumps over 12 lazy dogs. ".repeat(LARGE_CHARS / 45);
        int middle = LARGE_CHARS / 2;

        String text = filler.substring(0, middle) + " " + CARD + " " + filler.substring(middle);

        assertThat(level(text)).isEqualTo(Sensitivity.SENSITIVE);
        assertThat(level(filler)).isEqualTo(Sensitivity.PUBLIC);
    }

    @Test
    void findsNumbersBesideScriptsWithoutBlanks() {
        assertThat(level("我的卡号是4111111111111111。")).isEqualTo(Sensitivity.SENSITIVE);
        assertThat(level("口座はDE89370400440532013000です")).isEqualTo(Sensitivity.SENSITIVE);
        assertThat(level("x4111111111111111")).isEqualTo(Sensitivity.PUBLIC);
    }

    @Test
    void keepsTheGroupsOfALongRowOfNumbersApart() {
        String row = "12345 ".repeat(500);

        assertThat(level(row)).isEqualTo(Sensitivity.PUBLIC);
        assertThat(level(row + CARD)).isEqualTo(Sensitivity.SENSITIVE);
        assertThat(level(row + "DE89 3704 0044 0532 0130 00")).isEqualTo(Sensitivity.SENSITIVE);
    }

    @Test
    void aRowOfLongNumbersBehindTwoDigitsIsRead() {
        assertThat(level("2 5 " + "1700000000000000000 ".repeat(20))).isEqualTo(Sensitivity.PUBLIC);
        assertThat(level("[4, 2, " + "1700000000000000000, ".repeat(40) + "] card " + CARD))
                .isEqualTo(Sensitivity.SENSITIVE);
    }

    /** What ends a password as a sign is part of it as an octet. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "smtp://me%40example.com:Pa55w0rd@smtp.mailprovider.example.com:587",
                "mysql://root:secret%401234@db",
                "postgres://app:Blue%20Whale77@db/x",
                "redis://:4711%2FkQz@cache",
                "amqp://u:a%2F%2Fb9@mq",
                "postgres://app:app%40Xy9@db",
                "password=Xy%3B9q%21kk"
            })
    void aPasswordWithSignsAsOctetsIsFoundAsItIsWritten(String text) {
        assertThat(level(text)).isEqualTo(Sensitivity.SENSITIVE);
    }

    @Test
    void signsAsOctetsAreReadAsTheyAreWrittenFarIntoAText() {
        String prose = "The quick brown fox jumps over lazy dogs. ".repeat(200);
        String search = "GET /shoes?q=red%20shoes ";

        assertThat(level(prose + "smtp://me%40example.com:Pa55w0rd@smtp.mailprovider.example.com:587" + prose + search))
                .isEqualTo(Sensitivity.SENSITIVE);
        assertThat(level(prose + search + prose + search)).isEqualTo(level(prose));
    }

    @Test
    void survivesAnyCharacters() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "0123456789 -./@:=\"'\\nuAZaz_+()\ud83d\ude00\ud800٣４机é";
        for (int round = 0; round < 3_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(60); i >= 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(scanner.scan(List.of(text.toString())))
                    .as("seed %d, text %s", seed, text)
                    .isNotNull();
        }
    }

    private Sensitivity level(String text) {
        return scanner.scan(List.of(text)).level();
    }
}
