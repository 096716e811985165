package dev.millrace.gateway.app;

import dev.millrace.discovery.ConsulAgent;
import dev.millrace.discovery.Instances;
import dev.millrace.discovery.Place;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The names of the local nodes, where a sidecar leads to each of them and Consul knows them: nowhere else could one be asked for. */
record LocalNodes(Optional<Instances> known) implements AutoCloseable {

    private static final String SERVICE = "local-inference";

    static LocalNodes of(String target, Optional<Place> place) {
        return new LocalNodes(place.filter(mesh -> target.startsWith("sidecar:"))
                .map(mesh -> new Instances(new ConsulAgent(mesh.consul()), SERVICE)));
    }

    Supplier<List<String>> names() {
        return () -> known.map(Instances::names).orElse(List.of());
    }

    @Override
    public void close() {
        known.ifPresent(Instances::close);
    }
}
