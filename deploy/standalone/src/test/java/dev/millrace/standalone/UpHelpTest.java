package dev.millrace.standalone;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@code up --help} says. */
class UpHelpTest {

    @Test
    void namesTheVariableThatHoldsTheKeyOfTheCloudOfTheFlag() {
        String help = new CommandLine(new UpCommand()).getUsageMessage().replaceAll("\\s+", " ");

        assertThat(help).contains("--cloud-base-url=URL", "with /v1 at the end", "CLOUD_API_KEY holds its key");
    }
}
