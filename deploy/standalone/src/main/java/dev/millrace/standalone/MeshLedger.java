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
import java.util.stream.Stream;

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
    private static final String UP_MESH = "up --mesh";

    /**
     * @param wanted what the option says
     * @param typed makes a command of Millrace one that can be typed as it stands
     */
    static MeshLedger of(
            Optional<String> wanted,
            ServiceSettings settings,
            Map<String, String> environment,
            UnaryOperator<String> typed) {
        wanted.filter(word -> !word.equals(FILE) && !word.equals(POSTGRESQL)).ifPresent(word -> {
            throw wrong(word, POSTGRESQL + " or " + FILE);
        });
        Places places = Places.of(settings, environment);
        Optional<String> own = places.own();
        if (own.isPresent()) {
            wanted.ifPresent(word -> {
                throw wrong(word, "nothing, because " + own.get() + " names a database");
            });
            return new MeshLedger(
                    LedgerKind.DATABASE_ELSEWHERE,
                    "in the database that " + own.get() + " names",
                    places.leftFor(own.get(), typed));
        }
        return wanted.filter(FILE::equals).isPresent()
                ? new MeshLedger(
                        LedgerKind.FILE, places.file + ", under one billing", places.leftDatabase(typed.apply(UP_MESH)))
                : new MeshLedger(
                        LedgerKind.DATABASE_OF_THE_HOME,
                        "in PostgreSQL, data " + places.folders.database(),
                        places.leftFile(typed.apply(UP_MESH + " --ledger file")));
    }

    /** What is to be said by a start without a mesh: its ledger is a file, or a database elsewhere. */
    static List<String> leftWithoutMesh(ServiceSettings settings, UnaryOperator<String> typed) {
        return leftWithoutMesh(settings, System.getenv(), typed);
    }

    static List<String> leftWithoutMesh(
            ServiceSettings settings, Map<String, String> environment, UnaryOperator<String> typed) {
        Places places = Places.of(settings, environment);
        return places.own()
                .map(own -> places.leftFor(own, typed))
                .orElseGet(() -> places.leftDatabase(typed.apply(UP_MESH)));
    }

    private static ConfigurationFault wrong(String word, String expected) {
        return new ConfigurationFault(List.of(OPTION + ": \"" + word + "\" (expected: " + expected + ")"));
    }

    /**
     * Where ledgers may lie.
     *
     * @param own what names a database of the operator's own, the variable before the key
     */
    private record Places(Folders folders, Path file, Optional<String> own) {

        static Places of(ServiceSettings settings, Map<String, String> environment) {
            Map<String, Object> told =
                    Contexts.read(new BillingApplication().name(), BillingApplication.class, settings);
            String file = text(told, PATH)
                    .orElse(settings.home().root().resolve("billing.db").toString());
            boolean byVariable = !environment.getOrDefault(URL_VARIABLE, "").isBlank();
            return new Places(
                    new Folders(settings.home()),
                    Path.of(file),
                    byVariable ? Optional.of(URL_VARIABLE) : text(told, URL).map(url -> URL));
        }

        /** Beside a database elsewhere; both of the home's own may be there. */
        List<String> leftFor(String own, UnaryOperator<String> typed) {
            String first = "take " + own + " away, then ";
            return Stream.concat(
                            leftDatabase(first + typed.apply(UP_MESH)).stream(),
                            leftFile(first + typed.apply(UP_MESH + " --ledger file")).stream())
                    .toList();
        }

        /** One that was made to its end. */
        List<String> leftDatabase(String back) {
            return Files.exists(folders.databaseData()) ? List.of(note(folders.database(), back)) : List.of();
        }

        List<String> leftFile(String back) {
            return Files.exists(file) ? List.of(note(file, back)) : List.of();
        }

        private static String note(Path other, String back) {
            return "note: the turns, prices and budgets in " + other
                    + " stay there and are not brought over. To go on with them: " + back;
        }

        private static Optional<String> text(Map<String, Object> told, String key) {
            return Optional.ofNullable(told.get(key))
                    .map(value -> value.toString().strip())
                    .filter(value -> !value.isEmpty());
        }
    }
}
