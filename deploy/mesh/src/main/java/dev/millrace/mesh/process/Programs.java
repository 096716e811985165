package dev.millrace.mesh.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the programs that a mesh is made of: on the PATH first, then in the cache that {@code deploy/mesh/install} fills. One of the
 * PATH that is too old does not hide the cache's.
 */
public final class Programs {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private final List<Path> path;
    private final Path cache;

    private Programs(List<Path> path, Path cache) {
        this.path = path;
        this.cache = cache;
    }

    public static Programs of(Map<String, String> environment) {
        List<Path> path = Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .toList();
        String named = environment.getOrDefault("MILLRACE_CACHE", "");
        Path cache = named.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache", "millrace") : Path.of(named);
        return new Programs(path, cache.resolve("mesh"));
    }

    /** One that {@code deploy/mesh/install} provides. */
    public Path installed(String name) {
        return find(name)
                .map(found -> isOutdone(name, found) ? bin().resolve(name) : found)
                .orElseThrow(() -> new IllegalStateException(name + " is missing: neither on the PATH nor in " + bin()
                        + ". Install it with: deploy/mesh/install"));
    }

    private boolean isOutdone(String name, Path found) {
        Path cached = bin().resolve(name);
        return !found.equals(cached) && isProgram(cached) && LeastVersions.isTooOld(name, found);
    }

    /** One that comes with the operating system. */
    public Path system(String name, String install) {
        return find(name)
                .orElseThrow(
                        () -> new IllegalStateException(name + " is missing on the PATH. Install it with: " + install));
    }

    /**
     * The folder of PostgreSQL's programs: of the version that made {@code data} where there is data, else the first of the PATH,
     * the distribution and the cache.
     */
    public Path postgresql(Path data) {
        List<Path> found = postgresqls();
        if (found.isEmpty()) {
            throw new IllegalStateException("PostgreSQL is missing. Install it with: deploy/mesh/install");
        }
        Path version = data.resolve("PG_VERSION");
        if (!Files.exists(version)) {
            return found.getFirst();
        }
        try {
            String made = Files.readString(version).strip();
            return found.stream()
                    .filter(folder -> isVersion(made, folder))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("the ledger's database was made by PostgreSQL " + made
                            + ", and of that version there is none here (found: " + found
                            + "). Install it (apt-get install"
                            + " postgresql-" + made + ")   data " + data));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public boolean hasPostgresql() {
        return !postgresqls().isEmpty();
    }

    private List<Path> postgresqls() {
        return Stream.of(path.stream(), versions(DEBIAN).stream(), versions(cache.resolve("postgresql")).stream())
                .flatMap(folders -> folders)
                .filter(folder -> Files.isExecutable(folder.resolve("initdb")))
                .map(Programs::real)
                .distinct()
                .toList();
    }

    /** Folders are mostly called by the version; of another one the program is asked. */
    private static boolean isVersion(String major, Path folder) {
        if (folder.endsWith(Path.of(major, "bin"))) {
            return true;
        }
        try {
            Process process = new ProcessBuilder(folder.resolve("initdb").toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return told.contains(" " + major + ".");
        } catch (IOException doesNotRun) {
            return false;
        }
    }

    /** Programs that stand on no PATH, in a folder for each version, the newest first. */
    private static List<Path> versions(Path place) {
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> versions = Files.list(place)) {
            return versions.filter(version -> version.getFileName().toString().matches("[0-9]+"))
                    .sorted(Comparator.comparingInt(
                                    (Path version) -> Integer.parseInt(String.valueOf(version.getFileName())))
                            .reversed())
                    .map(version -> version.resolve("bin"))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Where a name on the PATH leads: the other programs lie beside. */
    private static Path real(Path folder) {
        try {
            Path program = folder.resolve("initdb").toRealPath();
            return program.resolveSibling(".").normalize();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The first that is there and may be executed. */
    public Optional<Path> find(String name) {
        return Stream.concat(path.stream(), Stream.of(bin()))
                .map(folder -> folder.resolve(name))
                .filter(Programs::isProgram)
                .findFirst();
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private Path bin() {
        return cache.resolve("bin");
    }
}
