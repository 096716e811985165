package dev.millrace.mesh.policy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Keys that are misspelt, missing, replaced or unknown, and how they are told of. */
final class PolicyKeysTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ORIGINAL                                        | MISSPELT                                         | WORD             | KEY
            retries-percent: 50}                            | retries-procent: 50}                             | retries-procent  | services.local-inference.breakers.retries-procent (no such key, did you mean services.local-inference.breakers.retries-percent?)
            '    ejection: {failures: 10'                   | '    ejecton: {failures: 10'                     | ejecton          | services.cloud-relay.ejecton (no such key, did you mean services.cloud-relay.ejection?)
            UsageService/, retry: repeatable, deadline:     | UsageService/, retry: repeatable, dedline:       | dedline          | services.billing.routes[5].dedline (no such key, did you mean services.billing.routes[5].deadline?)
            '    calls: {deadline: 30s}'                    | '    retries: {kinds: {unsent: [reset]}}'        | kinds: {unsent: [| services.classifier.retries.kinds (no such key
            connect-within: 500ms                           | conect-within: 500ms                             | conect-within    | connections.connect-within is missing, and connections.conect-within is no key
            """, useHeadersInDisplayName = true)
    void namesAMisspeltKeyWithItsLine(String original, String misspelt, String word, String complaint) {
        PolicyText text = PolicyText.shipped().with(original, misspelt);

        text.assertRefused(complaint, text.place(word));
    }

    @Test
    void namesAMisspeltSectionWithItsLine() {
        PolicyText text = PolicyText.shipped().with("\nejection:", "\nejecton:");

        text.assertRefused("ejection is missing, and ejecton is no key", text.place("ejecton:"));
    }

    /** Though another one is spelt much alike. */
    @Test
    void takesNoKeyThatThereIsForAMisspeltOne() {
        PolicyText text = PolicyText.shipped().without("\n  pause-min: .*\n");

        text.assertRefused("retries.pause-min is missing   in policy.yaml line");
    }

    @Test
    void namesNoLineOfASectionThatIsNotThere() {
        PolicyText text = PolicyText.shipped().without("\nejection:\n(  .*\n)+");

        text.assertRefused("ejection is missing (expected: as in the policy.yaml that ships)   in policy.yaml");
        assertThatThrownBy(text::parse).hasMessageNotContaining("line");
    }

    @Test
    void namesAKeyThatNobodyKnows() {
        PolicyText.shipped()
                .with("  pending: 256", "  pending: 256\n  pendng: 1")
                .assertRefused("breakers.pendng (no such key, did you mean breakers.pending?)", "line");
    }

    /** It has no {@code calls}, and a complaint of that alone would not say where its time went. */
    @Test
    void saysWhatStandsInPlaceOfTheLongestCallOfThePast() {
        PolicyText text = PolicyText.shipped()
                .without("\ncalls:\n  deadline: 600s\n(  #.*\n)*  silent-at-most: 600s\n")
                .with("  connect-within: 500ms\n", "  connect-within: 500ms\n  longest-call: 900s\n");

        assertThat(text.text()).doesNotContain("\ncalls:");
        text.assertRefused(
                "connections.longest-call was replaced by the section calls",
                "write calls: {deadline: 600s, silent-at-most: 600s}",
                text.place("longest-call"));
    }
}
