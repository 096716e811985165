package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.ProjectFile;
import dev.millrace.mesh.envoy.AdminSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/** The folders of a mesh, and the scripts of this project that it runs, laid where they can be executed. */
final class MeshFiles {
    private final Folders folders;

    private MeshFiles(Folders folders) {
        this.folders = folders;
    }

    /** Empties what an earlier mesh left, and lays the rest; certificates stay. */
    static MeshFiles lay(Folders folders) throws IOException {
        AdminSocket.requireShort(folders.admin("local-inference-100"));
        clear(folders);
        Files.createDirectories(folders.rendered());
        Files.createDirectories(folders.admin());
        MeshFiles files = new MeshFiles(folders);
        files.script("publish");
        files.script("certificates");
        files.copy("collector.yaml", "collector.yaml");
        files.copy("consul/server.hcl", "consul.hcl");
        return files;
    }

    private void script(String name) throws IOException {
        Path script = Files.setPosixFilePermissions(copy(name, name), PosixFilePermissions.fromString("rwx------"));
        requireExecutable(script, folders.home().root());
    }

    /** The operating system says of each file on a disk that is mounted noexec that it cannot be executed. */
    static void requireExecutable(Path script, Path home) {
        if (!Files.isExecutable(script)) {
            throw new IllegalStateException("no program can be run from the home " + home
                    + ": it lies on a disk that is mounted noexec. Choose a home elsewhere: --home DIR");
        }
    }

    private Path copy(String name, String as) throws IOException {
        return Files.write(folders.rendered().resolve(as), ProjectFile.bytes(name));
    }

    /** What Consul does. */
    Path consul() {
        return folders.rendered().resolve("consul.hcl");
    }

    /** What the collector does. */
    Path collector() {
        return folders.rendered().resolve("collector.yaml");
    }

    /** The script that makes certificates. */
    Path certificates() {
        return certificates(folders);
    }

    static Path certificates(Folders folders) {
        return folders.rendered().resolve("certificates");
    }

    /** Removes what is of no use to the next start. */
    static void clear(Folders folders) {
        delete(folders.consulData());
        delete(folders.rendered());
        delete(folders.lists());
        delete(folders.admin());
    }

    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
