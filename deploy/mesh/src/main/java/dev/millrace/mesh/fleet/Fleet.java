package dev.millrace.mesh.fleet;

import dev.millrace.discovery.ConsulAgent;
import dev.millrace.discovery.ConsulFault;
import dev.millrace.mesh.Folders;
import dev.millrace.mesh.Instance;
import dev.millrace.mesh.envoy.Configurations;
import dev.millrace.mesh.process.Child;
import dev.millrace.mesh.process.Kept;
import dev.millrace.mesh.process.Leftovers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The instances of all services: started with their sidecars, counted up and down, ended. One change at a time.
 */
final class Fleet {
    private static final Duration HEALTHY_WITHIN = Duration.ofSeconds(90);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Folders folders;
    private final Ports ports;
    private final Configurations configurations;
    private final ServiceCommand command;
    private final Optional<URI> collector;
    private final Path envoy;
    private final ConsulAgent agent;
    private final Leftovers leftovers;
    private final Map<String, Pair> pairs = new ConcurrentSkipListMap<>();

    Fleet(
            Folders folders,
            Ports ports,
            Configurations configurations,
            ServiceCommand command,
            Optional<URI> collector,
            Path envoy,
            ConsulAgent agent,
            Leftovers leftovers) {
        this.folders = folders;
        this.ports = ports;
        this.configurations = configurations;
        this.command = command;
        this.collector = collector;
        this.envoy = envoy;
        this.agent = agent;
        this.leftovers = leftovers;
    }

    /** The first instances; a port of theirs that is taken stops the start. */
    void start(Map<String, Integer> counts, Consumer<String> report) {
        change(counts, ports::next, report);
    }

    /**
     * Makes it so many instances of each service; returns once they take calls and the surplus is gone. Where one does not come
     * up, those that were added with it are ended again.
     */
    void scale(Map<String, Integer> counts, Consumer<String> report) {
        change(counts, ports::nextFree, report);
    }

    private synchronized void change(
            Map<String, Integer> counts, BiFunction<String, Integer, Instance> place, Consumer<String> report) {
        List<Pair> added = new ArrayList<>();
        try {
            counts.forEach((service, count) -> {
                for (int number = 1; number <= count; number++) {
                    if (!pairs.containsKey(service + "-" + number)) {
                        added.add(start(place.apply(service, number)));
                    }
                }
            });
            awaitHealthy(added, report);
        } catch (RuntimeException failure) {
            stop(added, line -> {});
            throw failure;
        }
        List<Pair> surplus = surplus(counts);
        stop(surplus, report);
        if (surplus.isEmpty()) {
            // One that was there may have died since, and is being started again.
            pairs.values().stream()
                    .filter(pair -> counts.containsKey(pair.instance().service()) && !added.contains(pair))
                    .forEach(pair -> awaitHealthy(pair, dead -> true));
        }
    }

    private void awaitHealthy(List<Pair> added, Consumer<String> report) {
        long begin = System.nanoTime();
        for (Pair pair : added) {
            awaitHealthy(pair, Pair::isAlive);
            report.accept("  %-18s healthy  %.1f s   service %d, sidecar %d"
                    .formatted(
                            pair.instance().id(),
                            (System.nanoTime() - begin) / 1e9,
                            pair.instance().servicePort(),
                            pair.instance().ingressPort()));
        }
    }

    private List<Pair> surplus(Map<String, Integer> counts) {
        return pairs.values().stream()
                .filter(pair -> pair.instance().number()
                        > counts.getOrDefault(pair.instance().service(), Integer.MAX_VALUE))
                .toList();
    }

    private Pair start(Instance instance) {
        List<Kept> begun = new ArrayList<>();
        try {
            begun.add(Kept.start(() -> sidecar(instance.id(), configurations.sidecar(instance))));
            begun.add(Kept.start(() -> leftovers.start(
                    instance.id(),
                    command.of(instance),
                    ServiceCommand.environment(instance, ports.consulHttp(), collector),
                    folders.log(instance.id() + ".out"))));
        } catch (RuntimeException failure) {
            begun.forEach(process -> process.stop(Duration.ZERO));
            ports.giveBack(instance);
            throw failure;
        }
        Pair pair = new Pair(instance, begun.getLast(), begun.getFirst());
        pairs.put(instance.id(), pair);
        return pair;
    }

    /** Starts an Envoy with this configuration. */
    Child sidecar(String id, String configuration) {
        try {
            Path file = Files.writeString(folders.rendered().resolve(id + ".yaml"), configuration);
            return leftovers.start(
                    id + " sidecar",
                    List.of(
                            envoy.toString(),
                            "--config-path",
                            file.toString(),
                            "--disable-hot-restart",
                            "--concurrency",
                            "1",
                            "--file-flush-interval-msec",
                            "1000",
                            "--log-level",
                            "warning"),
                    Map.of(),
                    folders.log(id + ".sidecar"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Both checks pass: the service says that it serves, and its sidecar can be reached. */
    private void awaitHealthy(Pair pair, Predicate<Pair> hasHope) {
        long end = System.nanoTime() + HEALTHY_WITHIN.toNanos();
        while (!isPassing(pair.instance())) {
            if (!hasHope.test(pair) || System.nanoTime() > end) {
                throw new IllegalStateException(pair.complaint());
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", interrupted);
            }
        }
    }

    private boolean isPassing(Instance instance) {
        return Health.PASSING.equals(health(instance.service()).get(instance.id()));
    }

    /** By instance; nothing is known while Consul is away. */
    private Map<String, String> health(String service) {
        try {
            return Health.of(service, agent);
        } catch (ConsulFault away) {
            return Map.of();
        }
    }

    /** Ends the instances of one service, or of all but one. */
    void stop(Stream<Pair> chosen, Consumer<String> report) {
        stop(chosen.toList(), report);
    }

    /** All at once, each in its own time. */
    private void stop(List<Pair> chosen, Consumer<String> report) {
        List<Thread> stops = chosen.stream()
                .map(pair ->
                        Thread.ofPlatform().name("stop-" + pair.instance().id()).start(pair::stop))
                .toList();
        for (int i = 0; i < stops.size(); i++) {
            try {
                stops.get(i).join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            Pair ended = chosen.get(i);
            pairs.remove(ended.instance().id());
            ports.giveBack(ended.instance());
            report.accept("  %-18s ended".formatted(ended.instance().id()));
        }
    }

    Collection<Pair> pairs() {
        return pairs.values();
    }

    /** How many instances each service has. */
    Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        pairs.values().forEach(pair -> counts.merge(pair.instance().service(), 1, Integer::sum));
        return counts;
    }
}
