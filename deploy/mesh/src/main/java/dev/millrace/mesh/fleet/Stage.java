package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.process.Kept;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.mesh.process.Programs;
import dev.millrace.runtime.ServiceSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the services of a rehearsal lean on, as those of a mesh do: a database under the ledger and a collector, each where it is
 * installed.
 */
final class Stage {
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

    static Stage build(ServiceSettings settings, Programs programs) throws IOException {
        Folders folders = new Folders(settings.home());
        MeshFiles files = MeshFiles.lay(folders);
        Leftovers leftovers = new Leftovers(folders.processes());
        Optional<Collector> collector = Optional.empty();
        Map<String, String> environment = Map.of();
        if (programs.find(Collector.PROGRAM).isPresent()) {
            int otlp = Ports.anyFree();
            collector = Optional.of(Collector.start(
                    folders,
                    files.collector(),
                    otlp,
                    Ports.anyFree(),
                    programs.installed(Collector.PROGRAM),
                    leftovers));
            environment =
                    Map.of(ServiceCommand.COLLECTOR, Collector.address(otlp).toString());
        }
        try {
            Optional<Kept> database = Optional.empty();
            ServiceSettings told = settings;
            if (programs.hasPostgresql()) {
                int port = Ports.anyFree();
                database = Optional.of(new LedgerDatabase(folders, port, programs.postgresql(folders.databaseData()))
                        .start(leftovers));
                told = LedgerDatabase.tell(settings, folders, port);
            }
            collector.ifPresent(Collector::awaitReady);
            return new Stage(told, environment, database, collector);
        } catch (IOException | RuntimeException failure) {
            collector.ifPresent(Collector::stop);
            throw failure;
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

    void kill() {
        database.ifPresent(server -> server.stop(Duration.ZERO));
        collector.ifPresent(Collector::kill);
    }
}
