package dev.millrace.mesh.policy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that are of the wrong kind or outside their range, and how they are told of. */
final class PolicyValuesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ORIGINAL               | CHANGED                | COMPLAINT
            failures: 5            | failures: none         | ejection.failures: "none" (expected: a whole number, 1 or more)
            buffer: 1 MiB          | buffer: 1 potato       | connections.buffer: "1 potato"
            retry: elsewhere}      | retry: nowhere}        | "nowhere" (expected: one of [unsent
            ', reset, lost]'       | ', reset, lots]'       | names "lots"
            of-new: 10 %           | of-new: 101 %          | traces.of-new: "101 %" (expected: 0 % to 100 %
            of-new: 10 %           | of-new: 0.1            | traces.of-new: "0.1"
            deadline: 120s}        | deadline: 0s}          | services.billing.routes[5].deadline: "0s" (expected: more than nothing
            'pending: 512,'        | 'pending: many,'       | services.cloud-relay.breakers.pending: "many" (expected: a whole number, 1 or more)
            """, useHeadersInDisplayName = true)
    void namesAValueOfTheWrongKind(String original, String changed, String complaint) {
        PolicyText.shipped().with(original, changed).assertRefused(complaint);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ORIGINAL                   | CHANGED                  | COMPLAINT
            percent-max: 50            | percent-max: 150         | ejection.percent-max: "150" (expected: a whole number, 1 to 100)
            retries-percent: 50}       | retries-percent: 101}    | services.local-inference.breakers.retries-percent: "101" (expected: a whole number, 1 to 100)
            stream-window: 64 KiB      | stream-window: 1 KiB     | connections.stream-window: "1 KiB" (expected: 65535 B to 2147483647 B)
            connection-window: 256 MiB | connection-window: 2 GiB | connections.connection-window: "2 GiB" (expected: 65535 B to 2147483647 B)
            pause-max: 250ms           | pause-max: 24ms          | retries.pause-max: "24ms" (expected: as long as retries.pause-min, "25ms", or longer)
            """, useHeadersInDisplayName = true)
    void namesAValueOutsideItsRangeWithItsLine(String original, String changed, String complaint) {
        PolicyText text = PolicyText.shipped().with(original, changed);

        text.assertRefused(complaint, text.place(changed));
    }

    /** The other one stands at the top of the file, where nothing is wrong with it. */
    @Test
    void namesTheLineOfTheServiceWhoseValueDoesNotFitTheCommonOne() {
        PolicyText text = PolicyText.shipped()
                .with("ejection: {failures: 10, at-least: 2s, at-most: 10s}", "ejection: {at-least: 31s}");

        text.assertRefused(
                "services.cloud-relay.ejection.at-most: \"30s\" (expected: as long as"
                        + " services.cloud-relay.ejection.at-least, \"31s\", or longer)",
                text.place("at-least: 31s"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x millrace", "x-millrace:", "", ":authority", "host", "Host", "x-ü"})
    void refusesToRemoveWhatIsNoHeaderOrMustStay(String name) {
        PolicyText shipped = PolicyText.shipped();

        shipped.with("- x-millrace-turn", "- \"" + name + "\"")
                .assertRefused(
                        "edge.removed-headers[1]: \"" + name + "\" (expected: a header's name",
                        shipped.place("- x-millrace-turn"));
    }
}
