package dev.millrace.mesh.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the programs that a mesh is made of: on the PATH first, then in the cache that {@code deploy/mesh/install} fills.
 */
public final class Programs {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private final List<Path> folders;

    private Programs(List<Path> folders) {
        this.folders = folders;
    }

    public static Programs of(Map<String, String> environment) {
        Stream<Path> path = Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of);
        String named = environment.getOrDefault("MILLRACE_CACHE", "");
        Path cache = named.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache", "millrace") : Path.of(named);
        return new Programs(Stream.concat(path, Stream.of(cache.resolve("mesh").resolve("bin")))
                .toList());
    }

    /** One that {@code deploy/mesh/install} provides. */
    public Path installed(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalStateException(name + " is missing: neither on the PATH nor in "
                        + folders.getLast() + ". Install it with: deploy/mesh/install"));
    }

    /** One that comes with the operating system. */
    public Path system(String name, String install) {
        return find(name)
                .orElseThrow(
                        () -> new IllegalStateException(name + " is missing on the PATH. Install it with: " + install));
    }

    /**
     * The folder of PostgreSQL's programs: of the version that made {@code data} where that is there, else of the newest.
     */
    public Path postgresql(Path data) {
        List<Path> found = Stream.concat(folders.stream(), debian().stream())
                .filter(folder -> Files.isExecutable(folder.resolve("initdb")))
                .map(Programs::real)
                .toList();
        Path version = data.resolve("PG_VERSION");
        try {
            String made = Files.exists(version) ? Files.readString(version).strip() : "";
            return found.stream()
                    .filter(folder -> folder.endsWith(Path.of(made, "bin")))
                    .findFirst()
                    .or(() -> found.stream().findFirst())
                    .orElseThrow(() -> new IllegalStateException(
                            "PostgreSQL is missing. Install it with: deploy/mesh/install --postgresql"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Programs that stand on no PATH there, the newest first. */
    private static List<Path> debian() {
        if (!Files.isDirectory(DEBIAN)) {
            return List.of();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
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
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }
}
