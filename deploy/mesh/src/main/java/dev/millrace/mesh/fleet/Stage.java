package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.process.Kept;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.mesh.process.Programs;
import dev.millrace.runtime.ServiceSettings;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the services of a rehearsal lean on, as those of a mesh do: a database under the ledger and a collector, each where it is
 * installed.
 */
final class Stage {
    private static final Logger LOG = LoggerFactory.getLogger(Stage.class);

    private final ServiceSettings settings;
    private final Map<String, String> environment;
    private final Optional<Kept> database;
    private final Optional<Collector> collector;

    private Stage(
            ServiceSettings settings,
            Map<String, String> environment,
            Optional<Kept> database,
            Optional<Collector> collector) {
        this.settings = settings;
        this.environment = environment;
        this.database = database;
        this.collector = collector;
    }

    /** What is installed and does not run here is left out: the services that do without it are rehearsed all the same. */
    static Stage build(ServiceSettings settings, Programs programs, Leftovers leftovers) throws IOException {
        Folders folders = new Folders(settings.home());
        MeshFiles files = MeshFiles.lay(folders);
        int otlp = Ports.anyFree();
        Optional<Collector> collector = collector(folders, files, otlp, programs, leftovers);
        int port = Ports.anyFree();
        Optional<Kept> database = database(folders, port, programs, leftovers);
        return new Stage(
                database.isPresent() ? LedgerDatabase.tell(settings, folders, port) : settings,
                collector.isPresent()
                        ? Map.of(
                                ServiceCommand.COLLECTOR,
                                Collector.address(otlp).toString())
                        : Map.of(),
                database,
                collector);
    }

    private static Optional<Collector> collector(
            Folders folders, MeshFiles files, int otlp, Programs programs, Leftovers leftovers) throws IOException {
        if (programs.find(Collector.PROGRAM).isEmpty()) {
            return Optional.empty();
        }
        Collector collector = Collector.start(
                folders, files.collector(), otlp, Ports.anyFree(), programs.installed(Collector.PROGRAM), leftovers);
        try {
            collector.awaitReady();
            return Optional.of(collector);
        } catch (IllegalStateException failure) {
            collector.stop();
            LOG.atWarn().log("rehearsed without a collector: {}", failure.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Kept> database(Folders folders, int port, Programs programs, Leftovers leftovers)
            throws IOException {
        if (!programs.hasPostgresql()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new LedgerDatabase(folders, port, programs.postgresql(folders.databaseData())).start(leftovers));
        } catch (IllegalStateException failure) {
            LOG.atWarn().log("rehearsed without PostgreSQL: {}", failure.getMessage());
            return Optional.empty();
        }
    }

    /** With the database named as the ledger. */
    ServiceSettings settings() {
        return settings;
    }

    /** With the collector's address. */
    Map<String, String> environment() {
        return environment;
    }

    void end() {
        database.ifPresent(LedgerDatabase::stop);
        collector.ifPresent(Collector::stop);
    }
}
