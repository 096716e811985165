package dev.millrace.billing.app;

import dev.millrace.billing.postgres.TestServer;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.ServiceSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What a billing says of itself while its database is away. */
@Timeout(240)
final class BillingReadinessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void takesNoCallsWhileItsDatabaseIsAway() throws IOException {
        EmbeddedPostgres database = start(0);
        int port = database.getPort();
        ServiceSettings settings = ServiceSettings.of(new Home(folder.resolve("home")))
                .with("billing.grpc.listen", "tcp://127.0.0.1:0")
                .with("billing.ledger.url", "jdbc:postgresql://127.0.0.1:" + port + "/postgres")
                .with("billing.ledger.user", TestServer.USER);

        try (MillraceService.Running running = new BillingApplication().start(settings)) {
            assertThat(running.healthy()).isTrue();

            database.close();
            await().atMost(PATIENCE).until(() -> !running.healthy());
            database = start(port);
            await().atMost(PATIENCE).until(running::healthy);
        } finally {
            database.close();
        }
    }

    private EmbeddedPostgres start(int port) throws IOException {
        EmbeddedPostgres.Builder builder =
                TestServer.builder().setDataDirectory(folder.resolve("data")).setCleanDataDirectory(false);
        return (port == 0 ? builder : builder.setPort(port)).start();
    }
}
