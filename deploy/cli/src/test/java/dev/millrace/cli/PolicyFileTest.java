package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PolicyFileTest {

    private static final Cutoffs CUTOFFS = new Cutoffs("calibrated-20260131-00ff", 0.31, 0.62, 0.88);
    private static final String ALONE = """
        gateway:
          policy:
            cutoffs:
              premium: 0.88
              complex: 0.62
              moderate: 0.31
            version: calibrated-20260131-00ff
        """;

    @TempDir
    Path home;

    @Test
    void makesTheFileWhereThereIsNone() throws IOException {
        Path file = home.resolve("new").resolve("mine.yml");

        new PolicyFile(file).write(CUTOFFS);

        assertThat(file).hasContent(ALONE);
    }

    @Test
    void leavesEveryOtherLineAsItIs() {
        String yaml = """
            # my house
            billing:
              budget: 5 USD
            gateway:   # the doors
                grpc:
                    listen: tcp://127.0.0.1:9190
                policy:
                    # ours
                    version: mine-7
                    cutoffs:
                        complex: 0.5
            local-inference:
              x: 1
            """;

        assertThat(PolicyFile.with(yaml, CUTOFFS)).isEqualTo("""
            # my house
            billing:
              budget: 5 USD
            gateway:   # the doors
                grpc:
                    listen: tcp://127.0.0.1:9190
                policy:
                    # ours
                    version: calibrated-20260131-00ff
                    cutoffs:
                        premium: 0.88
                        moderate: 0.31
                        complex: 0.62
            local-inference:
              x: 1
            """);
    }

    @Test
    void writesTheSameTwice() {
        String once = PolicyFile.with("billing:\n  x: 1\n", CUTOFFS);

        assertThat(PolicyFile.with(once, CUTOFFS)).isEqualTo(once);
    }

    @Test
    void refusesFormsThatItCannotEdit() {
        assertThatThrownBy(() -> PolicyFile.with("gateway: {policy: {version: a}}\n", CUTOFFS))
                .isInstanceOf(CommandFault.class)
                .hasMessageContaining("by hand");
        assertThatThrownBy(() -> PolicyFile.with("gateway.policy.version: a\n", CUTOFFS))
                .isInstanceOf(CommandFault.class)
                .hasMessageContaining("by hand");
    }
}
