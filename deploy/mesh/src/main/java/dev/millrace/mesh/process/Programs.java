package dev.millrace.mesh.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the programs that a mesh is made of: on the PATH first, then in the cache that {@code deploy/mesh/install} fills.
 */
public final class Programs {
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

    /** The first that is there and may be executed. */
    public Optional<Path> find(String name) {
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }
}
