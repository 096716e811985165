package dev.millrace.billing.app;

import dev.millrace.billing.LedgerStartException;
import dev.millrace.billing.postgres.TestServer;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.ServiceSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which ledger the configuration names, and what is said of one that it names wrongly. */
final class LedgerChoiceTest {
    @TempDir
    Path folder;

    @Test
    void aUrlPutsTheLedgerOnPostgres() {
        String url = TestServer.database().url();

        try (MillraceService.Running running = new BillingApplication()
                .start(settings().with("billing.ledger.url", url).with("billing.ledger.user", TestServer.USER))) {
            assertThat(running.healthLine()).isEqualTo("ledger " + url);
            assertThat(running.healthy()).isTrue();
        }
        assertThat(folder.resolve("billing.db")).doesNotExist();
    }

    @Test
    void aServerThatIsDownStopsTheStartInPlainWords() {
        String url = "jdbc:postgresql://127.0.0.1:1/millrace";

        assertThatThrownBy(() -> new BillingApplication().start(settings().with("billing.ledger.url", url)))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageStartingWith("ledger " + url + " cannot be used as user millrace")
                .hasMessageContaining("Start PostgreSQL");
    }

    @Test
    void aUrlOfAnotherDatabaseIsRefused() {
        assertThatThrownBy(() -> new BillingApplication()
                        .start(settings().with("billing.ledger.url", "postgres://127.0.0.1/millrace")))
                .isInstanceOf(ConfigurationFault.class)
                .hasMessageContaining("billing.ledger.url")
                .hasMessageContaining("jdbc:postgresql:");
    }

    @Test
    void aPasswordInTheConfigurationIsRefusedAndNotRepeated() {
        String url = "jdbc:postgresql://127.0.0.1:1/millrace";

        assertThatThrownBy(() ->
                        new BillingApplication().start(settings().with("billing.ledger.url", url + "?password=canary")))
                .isInstanceOf(ConfigurationFault.class)
                .hasMessageContaining("billing.ledger.password takes env:NAME or file:PATH")
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() -> new BillingApplication()
                        .start(settings().with("billing.ledger.url", url).with("billing.ledger.password", "canary")))
                .isInstanceOf(ConfigurationFault.class)
                .hasMessageContaining("billing.ledger.password")
                .hasMessageNotContaining("canary");
    }

    private ServiceSettings settings() {
        return ServiceSettings.of(new Home(folder)).with("billing.grpc.listen", "tcp://127.0.0.1:0");
    }
}
