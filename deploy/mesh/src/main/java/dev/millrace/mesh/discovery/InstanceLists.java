package dev.millrace.mesh.discovery;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.ProjectFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The files between Consul and the sidecars: for each service a template and what is done with it, and empty lists to begin
 * with, so that no sidecar waits for its first. They are those of {@code deploy/mesh/consul-template}, filled in.
 */
public final class InstanceLists {
    private static final String FORMS = "consul-template/";

    private final Folders folders;

    /** The script {@code publish} is to lie beside what is written here. */
    public InstanceLists(Folders folders) {
        this.folders = folders;
    }

    /**
     * Writes everything, and returns consul-template's configuration files.
     *
     * @param lists the names to watch; {@code gateway-http} stands for the HTTP doors of {@code gateway}
     */
    public List<Path> write(List<String> lists) throws IOException {
        Files.createDirectories(folders.incoming());
        Files.createDirectories(folders.live());
        List<Path> configuration = new ArrayList<>();
        configuration.add(write("consul-template.hcl", folders.rendered().resolve("consul-template.hcl"), Map.of()));
        for (String list : lists) {
            Map<String, String> places =
                    Map.of("LIST", list, "MESH", folders.root().toString());
            write("list.ctmpl", folders.rendered().resolve(list + ".ctmpl"), places);
            write("empty.json", folders.live().resolve(list + ".json"), places);
            configuration.add(write("list.hcl", folders.rendered().resolve(list + ".hcl"), places));
        }
        return configuration;
    }

    private static Path write(String form, Path file, Map<String, String> places) throws IOException {
        return Files.writeString(file, ProjectFile.filled(FORMS + form, places));
    }
}
