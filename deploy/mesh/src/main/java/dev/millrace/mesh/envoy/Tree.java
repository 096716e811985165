package dev.millrace.mesh.envoy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** A piece of a configuration: keys in the order given, with maps, lists, texts and numbers as values. */
final class Tree extends LinkedHashMap<String, Object> {
    private static final long serialVersionUID = 1L;

    /** Begins with one key. */
    static Tree of(String key, Object value) {
        return new Tree().and(key, value);
    }

    /** An extension of Envoy's by its full type name. */
    static Tree typed(String type) {
        return of("@type", "type.googleapis.com/" + type);
    }

    /** A named extension with its configuration. */
    static Tree extension(String name, Tree configuration) {
        return of("name", name).and("typed_config", configuration);
    }

    static Tree address(int port) {
        return address("127.0.0.1", port);
    }

    static Tree address(String host, int port) {
        return of("socket_address", of("address", host).and("port_value", port));
    }

    /** A socket that its owner alone may open. */
    static Tree pipe(Path path) {
        return of("pipe", of("path", path.toString()).and("mode", 0600));
    }

    /** A span as Envoy reads it, such as {@code 0.5s}. */
    static String seconds(Duration span) {
        long millis = span.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis / 1000 + String.format(".%03ds", millis % 1000);
    }

    Tree and(String key, Object value) {
        put(key, value);
        return this;
    }

    String yaml() {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(160);
        // Shared pieces are written out each time: Envoy's reader would take anchors, people would not.
        options.setDereferenceAliases(true);
        return new Yaml(options).dump(this);
    }
}
