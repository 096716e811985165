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
        Path database = database();

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

        Path database = database();

        assertThat(MeshLedger.leftWithoutMesh(settings, command -> "millrace " + command))
                .singleElement()
                .asString()
                .contains(database.toString(), "not brought over", "millrace up --mesh");
    }

    /** The folder is there from the first try on. */
    @Test
    void saysNothingOfADatabaseThatCouldNotBeMade() throws IOException {
        Files.createDirectories(home.resolve("mesh").resolve("postgresql").resolve("new"));

        assertThat(ledger(Optional.of("file"), Map.of()).notes()).isEmpty();
        assertThat(MeshLedger.leftWithoutMesh(settings(Map.of()), command -> "millrace " + command))
                .isEmpty();
    }

    @Test
    void saysWhatStaysInTheHomeBesideADatabaseElsewhere() throws IOException {
        Path file = Files.createFile(home.resolve("billing.db"));
        Path database = database();
        Map<String, String> own = Map.of("billing.ledger.url", "jdbc:postgresql://db:5432/millrace");

        assertThat(ledger(Optional.empty(), own).notes())
                .isEqualTo(MeshLedger.leftWithoutMesh(settings(own), command -> "millrace " + command))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .contains(database.toString())
                                .endsWith("take billing.ledger.url away, then millrace up --mesh"),
                        second -> assertThat(second)
                                .contains(file.toString())
                                .endsWith("take billing.ledger.url away, then millrace up --mesh --ledger file"));
    }

    @Test
    void namesTheVariableWhereThatNamesTheDatabase() throws IOException {
        Files.createFile(home.resolve("billing.db"));
        Map<String, String> environment = Map.of("BILLING_LEDGER_URL", "jdbc:postgresql://db:5432/millrace");

        MeshLedger ledger = MeshLedger.of(Optional.empty(), settings(Map.of()), environment, command -> command);

        assertThat(ledger.kind()).isEqualTo(LedgerKind.DATABASE_ELSEWHERE);
        assertThat(ledger.place()).isEqualTo("in the database that BILLING_LEDGER_URL names");
        assertThat(ledger.notes()).singleElement().asString().contains("take BILLING_LEDGER_URL away");
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
        return MeshLedger.of(wanted, settings(keys), Map.of(), command -> "millrace " + command);
    }

    private ServiceSettings settings(Map<String, String> keys) {
        Home place = new Home(home);
        return new ServiceSettings(place, place.configFile(), keys);
    }

    private Path database() throws IOException {
        Path folder = home.resolve("mesh").resolve("postgresql");
        Files.createDirectories(folder.resolve("data"));
        return folder;
    }
}
