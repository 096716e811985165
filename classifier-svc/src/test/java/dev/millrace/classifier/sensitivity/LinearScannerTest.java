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

    /** What has an address, a root or a commit of its own has a password or a key as well. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "password of root kJ8f2mQx9LwPz4Tn does not work",
                "the api key behind the mail address kJ8f2mQx9LwPz4TnR7vY1cHs is expired",
                "my api key for this address 5c1a31b93daf9fb425dece19daffd908",
                "the token that made this commit kJ8f2mQx9LwPz4TnR7vY1cHs3dGb leaked",
                "token contract address 0xkJ8f2mQx9LwPz4TnR7vY1cHs3dGbWq5eXu6iOp8Z",
                "the secret is in bc1kJ8f2mQx9LwPz4TnR7vY1cHs3dGbWq5eXu6iOp8ZsD"
            })
    void aSecretBesideAWordForPublicThingsIsFound(String text) {
        assertThat(level(text)).isEqualTo(Sensitivity.SENSITIVE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "the api key changed in commit 9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c",
                "the secret was read at the address 5c1a31b93daf9fb425dece19daffd9084575f7ee",
                "which token is in block 0x07db80f11a25e00496a9d84fe25424648ebd45c873eaa91b8236da53b9715d7b",
                "the key of the token with the public key eIF4p9rlSu91OgAKTlmNibJJ699n77KOPxHlhOtqGM",
                "the secret is in bc1p00k2h7zdncj9wgv5k3wwj0n28w9dvgv3f8aynfm7qyvvdf45et6q2k2ku4"
            })
    void aHashOrAnAddressBesideTheNameOfASecretIsPublic(String text) {
        assertThat(level(text)).isEqualTo(Sensitivity.PUBLIC);
    }

    @Test
    void aKeyOfTheNetworkForTestsIsAPrivateKey() {
        assertThat(scanner.scan(List.of("fund 92aV711pBQmnjaisnFUQBwf5wWZFbvCZw3S44bHZABixbpbesCn on testnet"))
                        .findings())
                .containsExactly(new Finding(FindingKind.PRIVATE_KEY, "bitcoin_key", 1));
        assertThat(level("fund 92aV711pBQmnjaisnFUQBwf5wWZFbvCZw3S44bHZABixbpbesCm on testnet"))
                .isEqualTo(Sensitivity.PUBLIC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app password: must have four char",
                "app password:\nthis will need four\n",
                "use an app password (that they mail)"
            })
    void aSentenceAboutTheFormOfAPasswordHoldsNone(String text) {
        assertThat(level(text)).isEqualTo(Sensitivity.PUBLIC);
    }

    @Test
    void theSameFormWithoutSuchWordsIsAPassword() {
        assertThat(level("app password: bomb ratu felo kime")).isEqualTo(Sensitivity.SENSITIVE);
    }

    /** Names without number spend the looks at values; a key that its check sum tells needs none of them. */
    @ParameterizedTest
    @ValueSource(strings = {"password: none\n", "API_KEY=xxx\n", "passphrase='' "})
    void aWalletsKeyIsFoundBehindManyNamesOfSecrets(String name) {
        String key = "private key here L5e8r6LJXzkkWxMZvbt3nzY2aACy8AdbZ8rHeoszYnEM7SrpBrvb";

        for (int names = 0; names < 200; names++) {
            assertThat(level(name.repeat(names) + key)).as("%d names", names).isEqualTo(Sensitivity.SENSITIVE);
        }
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
