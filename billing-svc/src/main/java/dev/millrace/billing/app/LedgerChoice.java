package dev.millrace.billing.app;

import dev.millrace.billing.Ledger;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.postgres.PostgresLedger;
import dev.millrace.billing.postgres.PostgresPlace;
import dev.millrace.billing.sqlite.NativeSqlite;
import dev.millrace.billing.sqlite.SqliteLedger;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.Secret;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Opens the ledger that the configuration names: a PostgreSQL database where it has a url, else a SQLite file. */
final class LedgerChoice {
    private static final String URL = "billing.ledger.url";
    private static final String PASSWORD = "billing.ledger.password";
    private static final Pattern SECRET_IN_URL = Pattern.compile("[?&]password=", Pattern.CASE_INSENSITIVE);

    private LedgerChoice() {}

    static Ledger open(
            BillingConfig.LedgerPlace place,
            Home home,
            LedgerTerms terms,
            InstantSource clock,
            Map<String, String> env) {
        if (!place.url().isEmpty()) {
            return PostgresLedger.open(database(place, env), terms);
        }
        NativeSqlite.prepare(home.cache());
        return SqliteLedger.open(Path.of(place.path()), terms, clock);
    }

    private static PostgresPlace database(BillingConfig.LedgerPlace place, Map<String, String> env) {
        if (!place.url().startsWith(PostgresPlace.SCHEME)) {
            throw fault(URL + ": \"" + place.url() + "\" (expected: " + PostgresPlace.SCHEME + "//host:5432/database)");
        }
        if (SECRET_IN_URL.matcher(place.url()).find()) {
            throw fault(URL + " (expected: no password in it; " + PASSWORD + " takes env:NAME or file:PATH)");
        }
        Optional<Secret> password =
                place.password().isEmpty() ? Optional.empty() : Secret.read(PASSWORD, place.password(), env);
        try {
            return new PostgresPlace(place.url(), place.user(), password, place.connections());
        } catch (IllegalArgumentException e) {
            throw fault("billing.ledger." + e.getMessage());
        }
    }

    private static ConfigurationFault fault(String mistake) {
        return new ConfigurationFault(List.of(mistake));
    }
}
