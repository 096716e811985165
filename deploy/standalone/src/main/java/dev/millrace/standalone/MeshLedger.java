package dev.millrace.standalone;

import dev.millrace.billing.app.BillingApplication;
import dev.millrace.mesh.Folders;
import dev.millrace.mesh.fleet.LedgerKind;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Contexts;
import dev.millrace.runtime.ServiceSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where the ledger of a mesh lies, and what is to be said when the home has another one as well: nothing is ever brought over.
 *
 * @param place in words, for the operator
 * @param notes a line for a ledger that is left as it is
 */
record MeshLedger(LedgerKind kind, String place, List<String> notes) {
    private static final String OPTION = "--ledger";
    private static final String FILE = "file";
    private static final String POSTGRESQL = "postgresql";
    private static final String URL = "billing.ledger.url";
    private static final String URL_VARIABLE = "BILLING_LEDGER_URL";
    private static final String PATH = "billing.ledger.path";

    /**
     * @param wanted what the option says
     * @param typed makes a command of Millrace one that can be typed as it stands
     */
    static MeshLedger of(Optional<String> wanted, ServiceSettings settings, UnaryOperator<String> typed) {
        wanted.filter(word -> !word.equals(FILE) && !word.equals(POSTGRESQL)).ifPresent(word -> {
            throw wrong(word, POSTGRESQL + " or " + FILE);
        });
        BillingApplication billing = new BillingApplication();
        Map<String, Object> told = Contexts.read(billing.name(), BillingApplication.class, settings);
        Path database = new Folders(settings.home()).database();
        Path file = Path.of(text(told, PATH)
                .orElse(settings.home().root().resolve("billing.db").toString()));
        boolean ofFile = wanted.filter(FILE::equals).isPresent();
        Optional<String> url = text(told, URL)
                .or(() -> Optional.ofNullable(System.getenv(URL_VARIABLE)))
                .filter(address -> !address.isBlank());
        if (url.isPresent()) {
            wanted.ifPresent(word -> {
                throw wrong(word, "nothing, because " + URL + " names a database");
            });
            return new MeshLedger(
                    LedgerKind.DATABASE_ELSEWHERE,
                    "in the database that " + URL + " names",
                    left(database, "take " + URL + " away"));
        }
        return ofFile
                ? new MeshLedger(
                        LedgerKind.FILE, file + ", under one billing", left(database, typed.apply("up --mesh")))
                : new MeshLedger(
                        LedgerKind.DATABASE_OF_THE_HOME,
                        "in PostgreSQL, data " + database,
                        left(file, typed.apply("up --mesh --ledger file")));
    }

    /** What is to be said by a start without a mesh, whose ledger is a file: an earlier mesh's database is left as it is. */
    static List<String> leftWithoutMesh(ServiceSettings settings, UnaryOperator<String> typed) {
        return left(new Folders(settings.home()).database(), typed.apply("up --mesh"));
    }

    private static Optional<String> text(Map<String, Object> told, String key) {
        return Optional.ofNullable(told.get(key))
                .map(value -> value.toString().strip())
                .filter(value -> !value.isEmpty());
    }

    private static List<String> left(Path other, String back) {
        return Files.exists(other)
                ? List.of("note: the turns, prices and budgets in " + other
                        + " stay there and are not brought over. To go on with them: " + back)
                : List.of();
    }

    private static ConfigurationFault wrong(String word, String expected) {
        return new ConfigurationFault(List.of(OPTION + ": \"" + word + "\" (expected: " + expected + ")"));
    }
}
