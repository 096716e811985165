package dev.millrace.cli;

import dev.millrace.testing.CapturedOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.millrace.cli.FakeInstance.run;
import static org.assertj.core.api.Assertions.assertThat;

/** The models that a gateway lists. */
final class ModelsCommandTest {
    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    @RegisterExtension
    final FakeInstance instance = FakeInstance.whole();

    @Test
    void modelsTellsOtherNamesAndSaysOnceWhatIsMissing() {
        assertThat(run("models", "--address", instance.address())).isZero();
        assertThat(output.out()).isEqualTo("""
                MODEL    ALSO CALLED   ROUTE  ENGINE     CONTEXT  IN USD/M  OUT USD/M  CAN   STATE
                starter                local  embedded       512         -          -  chat  loaded
                gpt-4.1  gpt-4, smart  cloud  holysheep        ?      2.00       8.00  chat  unavailable
                gpt-5                  cloud  holysheep        ?         -          -  chat  unavailable
                unavailable: holysheep: no key: set HOLYSHEEP_API_KEY
                Besides these: auto (the policy chooses), local (never leaves), cloud (never a local engine).
                """);
    }
}
