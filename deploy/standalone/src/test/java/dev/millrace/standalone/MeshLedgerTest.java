package dev.millrace.standalone;

import dev.millrace.mesh.fleet.LedgerKind;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.ServiceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class MeshLedgerTest {
    @TempDir
    Path home;

    @Test
    void isADatabaseOfTheHomeUnlessTheOperatorSaysOtherwise() {
        assertThat(ledger(Optional.empty(), Map.of()).kind()).isEqualTo(LedgerKind.DATABASE_OF_THE_HOME);
        assertThat(ledger(Optional.of("postgresql"), Map.of()).kind()).isEqualTo(LedgerKind.DATABASE_OF_THE_HOME);
        assertThat(ledger(Optional.of("file"), Map.of()).kind()).isEqualTo(LedgerKind.FILE);
        assertThat(ledger(Optional.empty(), Map.of()).notes()).isEmpty();
    }

    @Test
    void isTheOperatorsOwnDatabaseWhereOneIsNamed() {
        Map<String, String> own = Map.of("billing.ledger.url", "jdbc:postgresql://db:5432/millrace");

        assertThat(ledger(Optional.empty(), own).kind()).isEqualTo(LedgerKind.DATABASE_ELSEWHERE);
        assertThatThrownBy(() -> ledger(Optional.of("file"), own))
                .isInstanceOfSatisfying(
                        ConfigurationFault.class,
                        fault -> assertThat(fault.mistakes())
                                .singleElement()
                                .asString()
                                .contains("--ledger: \"file\""));
        assertThatThrownBy(() -> ledger(Optional.of("postgresql"), own)).isInstanceOf(ConfigurationFault.class);
    }

    @Test
    void saysWhatTheOtherLedgerOfTheHomeKeeps() throws IOException {
        Path file = Files.createFile(home.resolve("billing.db"));
        Path database = Files.createDirectories(home.resolve("mesh").resolve("postgresql"));

        assertThat(ledger(Optional.empty(), Map.of()).notes())
                .singleElement()
                .asString()
                .contains(file.toString(), "not brought over", "millrace up --mesh --ledger file");
        assertThat(ledger(Optional.of("file"), Map.of()).notes())
                .singleElement()
                .asString()
                .contains(database.toString(), "millrace up --mesh");
    }

    @Test
    void isTalkedOfByAStartWithoutMeshToo() throws IOException {
        Home place = new Home(home);
        ServiceSettings settings = new ServiceSettings(place, place.configFile(), Map.of());
        assertThat(MeshLedger.leftWithoutMesh(settings, command -> "millrace " + command))
                .isEmpty();

        Path database = Files.createDirectories(home.resolve("mesh").resolve("postgresql"));

        assertThat(MeshLedger.leftWithoutMesh(settings, command -> "millrace " + command))
                .singleElement()
                .asString()
                .contains(database.toString(), "not brought over", "millrace up --mesh");
    }

    @Test
    void refusesAnUnknownKind() {
        assertThatThrownBy(() -> ledger(Optional.of("sqlite"), Map.of()))
                .isInstanceOfSatisfying(
                        ConfigurationFault.class,
                        fault -> assertThat(fault.mistakes())
                                .containsExactly("--ledger: \"sqlite\" (expected: postgresql or file)"));
    }

    private MeshLedger ledger(Optional<String> wanted, Map<String, String> keys) {
        Home place = new Home(home);
        return MeshLedger.of(
                wanted, new ServiceSettings(place, place.configFile(), keys), command -> "millrace " + command);
    }
}
