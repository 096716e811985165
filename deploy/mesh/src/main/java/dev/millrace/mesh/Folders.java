package dev.millrace.mesh;

import dev.millrace.runtime.Home;
import java.nio.file.Path;

/** Where a mesh keeps its files: all in the folder {@code mesh} of a home, and its logs beside those of the services. */
public record Folders(Home home) {

    public Path root() {
        return home.root().resolve("mesh");
    }

    /** Keys and certificates. */
    public Path certificates() {
        return root().resolve("certificates");
    }

    /** The lists of instances, in both of the folders that follow. */
    public Path lists() {
        return root().resolve("instances");
    }

    /** The lists of instances as consul-template writes them. */
    public Path incoming() {
        return lists().resolve("incoming");
    }

    /** The lists of instances that sidecars watch. */
    public Path live() {
        return lists().resolve("live");
    }

    /** Rendered configurations and templates. */
    public Path rendered() {
        return root().resolve("rendered");
    }

    /** Consul's own data; of no use to the next start. */
    public Path consulData() {
        return root().resolve("consul");
    }

    /** Where the supervisor takes commands. */
    public Path socket() {
        return root().resolve("control");
    }

    /** Every process of the mesh, so that those of a supervisor that was killed can be ended. */
    public Path processes() {
        return root().resolve("processes");
    }

    /** Where sidecars take the supervisor's commands and tell their counters. */
    public Path admin() {
        return root().resolve("admin");
    }

    /** The same of one sidecar. */
    public Path admin(String id) {
        return admin().resolve(id);
    }

    /** The database under a shared ledger, with its password; the one part that the next start needs. */
    public Path database() {
        return root().resolve("postgresql");
    }

    /** The database's own files. */
    public Path databaseData() {
        return database().resolve("data");
    }

    /** For the owner of the home alone. */
    public Path databasePassword() {
        return database().resolve("password");
    }

    /** Where a collector keeps the last spans. */
    public Path traces() {
        return home.root().resolve("traces");
    }

    public Path log(String name) {
        return home.logs().resolve(name + ".log");
    }
}
