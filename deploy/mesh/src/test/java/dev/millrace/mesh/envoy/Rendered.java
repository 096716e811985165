package dev.millrace.mesh.envoy;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/** Parts of a rendered configuration by their names, each as one line such as {@code {name=billing, type=EDS, …}}. */
final class Rendered {
    private final Map<String, Object> resources;

    Rendered(String yaml) {
        Map<String, Object> whole = new Yaml().load(yaml);
        resources = map(whole.get("static_resources"));
    }

    String cluster(String name) {
        return named(resources.get("clusters"), name).toString();
    }

    String listener(String name) {
        return named(resources.get("listeners"), name).toString();
    }

    /** One of the names by which the first listener that has it may be called. */
    String host(String name) {
        return virtualHost(name).toString();
    }

    /** What is done with the calls of these methods at a host. */
    String route(String host, String methods) {
        return list(virtualHost(host).get("routes")).stream()
                .filter(route -> map(route.get("match")).equals(Map.of("prefix", "/" + methods)))
                .filter(route -> route.containsKey("route"))
                .map(route -> String.valueOf(route.get("route")))
                .findFirst()
                .orElseThrow();
    }

    private Map<String, Object> virtualHost(String name) {
        return list(resources.get("listeners")).stream()
                .flatMap(listener -> list(listener.get("filter_chains")).stream())
                .flatMap(chain -> list(chain.get("filters")).stream())
                .map(filter -> map(map(filter.get("typed_config")).get("route_config")))
                .flatMap(routes -> list(routes.get("virtual_hosts")).stream())
                .filter(host -> name.equals(host.get("name")))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Object> named(@Nullable Object all, String name) {
        return list(all).stream()
                .filter(each -> name.equals(each.get("name")))
                .findFirst()
                .orElseThrow();
    }

    @SuppressWarnings("unchecked") // what a YAML file holds is known to its writer alone
    private static Map<String, Object> map(@Nullable Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }

    @SuppressWarnings("unchecked") // the same
    private static List<Map<String, Object>> list(@Nullable Object value) {
        return (List<Map<String, Object>>) Objects.requireNonNull(value);
    }
}
