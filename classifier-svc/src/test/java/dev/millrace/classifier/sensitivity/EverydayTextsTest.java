package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.Finding;
import dev.millrace.classifier.FindingKind;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Everyday text beside a version, a type, a pipe or in a list of addresses, where a secret might stand: none of it may be called one. */
class EverydayTextsTest {

    private final LinearScanner scanner = new LinearScanner();

    @Test
    void takesNoVersionTypeOrListForASecret() {
        List<LabelledText> all = LabelledText.read("/sensitivity/everyday.tsv");

        assertThat(all).hasSize(140).allMatch(text -> text.kind().equals(LabelledText.NEAR_MISS));
        assertThat(all).filteredOn(text -> isCalledSecret(text.text())).isEmpty();
    }

    @Test
    void findsTheSecretsThatStandThere() {
        assertThat(List.of(
                        "u: kim, p: Kran7!Weizen",
                        "The archive is encrypted with Kran7!Weizen",
                        "The archive opens with \"Kran77\"",
                        "Is kranich77 a good password?",
                        "kranich77 is my wifi password",
                        "echo 'Kran7Weizen' | docker login --password-stdin",
                        "echo 'Kran7Weizen' | sudo -S apt update",
                        "printf 'Kran7Weizen' | openssl rsa -passin stdin -in key.pem",
                        "kim@example.com;Kran7!Weizen",
                        "I gave him my PIN 8214 by mistake"))
                .allMatch(this::isCalledSecret);
    }

    private boolean isCalledSecret(String text) {
        return scanner.scan(List.of(text)).findings().stream()
                .map(Finding::kind)
                .anyMatch(kind -> kind == FindingKind.CREDENTIAL || kind == FindingKind.PRIVATE_KEY);
    }
}
