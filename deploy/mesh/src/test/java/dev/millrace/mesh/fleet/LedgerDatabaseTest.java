package dev.millrace.mesh.fleet;

import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class LedgerDatabaseTest {
    @Test
    void saysHowToGoOnWhereRootHasNoRightToANameSpace() {
        for (List<String> refusing : List.of(List.of("/bin/false"), List.of("/no/such/unshare", "--user"))) {
            assertThatThrownBy(() -> LedgerDatabase.requireNobody(refusing))
                    .hasMessageContainingAll("refuses to run as root", "as another user", "up --mesh --ledger file");
        }
        assertThatCode(() -> LedgerDatabase.requireNobody(List.of("env"))).doesNotThrowAnyException();
        assertThatCode(() -> LedgerDatabase.requireNobody(List.of())).doesNotThrowAnyException();
    }
}
