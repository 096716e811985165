package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.Finding;
import dev.millrace.classifier.FindingKind;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Checks the name of a secret against every way in which files, programs and commands write a name and its value. */
class NamePlacesTest {

    private static final List<String> PLACES = List.of(
            "%s=%s",
            "%s: %s",
            "%s = \"%s\"",
            "\"%s\": \"%s\",",
            "'%s' => '%s',",
            "%s := \"%s\"",
            "export %s='%s'",
            "./run --%s %s --verbose",
            "java -D%s=%s -jar app.jar",
            "<%s>%s</x>",
            "<add key=\"%s\" value=\"%s\" />",
            "#define %s \"%s\"",
            "config.set(\"%s\", \"%s\");",
            "cfg[\"%s\"] = \"%s\"",
            "let %s: String = \"%s\"",
            "{\"name\": \"%s\", \"value\": \"%s\"}",
            "- name: %s\n  value: %s",
            "variable \"%s\" {\n  default = \"%s\"\n}",
            "https://x.example/a?%s=%s&b=1",
            "| %s | %s |",
            "%s:\n  - %s");

    private final LinearScanner scanner = new LinearScanner();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api_key",
                "API_KEY_PROD",
                "authToken",
                "tokenValue",
                "masterKey",
                "encryption.key",
                "webhookSecret",
                "hmac_key"
            })
    void aRandomKeyIsFoundBehindItsName(String name) {
        assertThat(PLACES)
                .allSatisfy(place -> assertThat(kinds(place, name, "hR8kz2QvT5mXw9LbN3cYd7JfG4sKp6Ea"))
                        .as(place)
                        .containsOnly(FindingKind.CREDENTIAL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"password", "DB_PASS", "adminPassword", "db.password"})
    void aPasswordIsFoundBehindItsName(String name) {
        assertThat(PLACES)
                .allSatisfy(place ->
                        assertThat(kinds(place, name, "Kiesel4grube")).as(place).containsOnly(FindingKind.CREDENTIAL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cache_key",
                "public_key",
                "partitionKey",
                "token_type",
                "password_file",
                "secretName",
                "api_key_id"
            })
    void whatIsNoSecretIsLeftAlone(String name) {
        assertThat(PLACES)
                .allSatisfy(place -> assertThat(kinds(place, name, "9f3c1a7be05d42c8b6e1f08a7d3c5b92"))
                        .as(place)
                        .isEmpty());
    }

    private List<FindingKind> kinds(String place, String name, String value) {
        return scanner.scan(List.of(place.formatted(name, value))).findings().stream()
                .map(Finding::kind)
                .distinct()
                .toList();
    }
}
