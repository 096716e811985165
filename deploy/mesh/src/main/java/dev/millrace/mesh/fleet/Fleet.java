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
import java.util.function.Consumer;
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

    /** Makes it so many instances of each service; returns once the new ones take calls and the surplus is gone. */
    synchronized void scale(Map<String, Integer> counts, Consumer<String> report) {
        List<Pair> started = new ArrayList<>();
        counts.forEach((service, count) -> {
            for (int number = 1; number <= count; number++) {
                if (!pairs.containsKey(service + "-" + number)) {
                    started.add(start(service, number));
                }
            }
        });
        long begin = System.nanoTime();
        for (Pair pair : started) {
            awaitHealthy(pair);
            report.accept("  %-18s healthy  %.1f s   service %d, sidecar %d"
                    .formatted(
                            pair.instance().id(),
                            (System.nanoTime() - begin) / 1e9,
                            pair.instance().servicePort(),
                            pair.instance().ingressPort()));
        }
        stop(surplus(counts), report);
    }

    private List<Pair> surplus(Map<String, Integer> counts) {
        return pairs.values().stream()
                .filter(pair -> pair.instance().number()
                        > counts.getOrDefault(pair.instance().service(), Integer.MAX_VALUE))
                .toList();
    }

    private Pair start(String service, int number) {
        Instance instance = ports.next(service, number);
        Kept sidecar = Kept.start(() -> sidecar(instance.id(), configurations.sidecar(instance)));
        Kept own = Kept.start(() -> leftovers.start(
                instance.id(),
                command.of(instance),
                ServiceCommand.environment(instance, ports.consulHttp(), collector),
                folders.log(instance.id() + ".out")));
        Pair pair = new Pair(instance, own, sidecar);
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
    private void awaitHealthy(Pair pair) {
        long end = System.nanoTime() + HEALTHY_WITHIN.toNanos();
        while (!isPassing(pair.instance())) {
            if (!pair.isAlive() || System.nanoTime() > end) {
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
    Map<String, String> health(String service) {
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
