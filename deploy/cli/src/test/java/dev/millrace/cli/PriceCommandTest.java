package dev.millrace.cli;

import dev.millrace.testing.CapturedOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.millrace.cli.FakeInstance.run;
import static org.assertj.core.api.Assertions.assertThat;

/** The prices that billing lists. */
final class PriceCommandTest {
    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    @RegisterExtension
    final FakeInstance instance = FakeInstance.whole();

    @Test
    void priceWithoutAWordMoreIsTheList() {
        assertThat(run("price", "--address", instance.address())).isZero();
        assertThat(output.out()).contains("gpt-4.1").contains("8.00");
    }
}
