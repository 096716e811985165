package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.process.Child;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.mesh.process.Programs;
import dev.millrace.runtime.ServiceSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Each service once, in a process of its own and without a sidecar, so that it writes a class cache of what it alone needs: one
 * of all services would keep in every process what only the others use.
 */
public final class Rehearsal implements AutoCloseable {
    private static final String GATEWAY = "gateway";
    private static final String HTTP = "gateway-http";
    private static final Duration OPEN_WITHIN = Duration.ofMinutes(1);
    private static final Duration WRITTEN_WITHIN = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final List<Child> children = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> ports = new HashMap<>();
    private final List<Path> caches = new ArrayList<>();
    private final Leftovers leftovers;
    private Optional<Stage> stage = Optional.empty();

    private Rehearsal(Leftovers leftovers) {
        this.leftovers = leftovers;
    }

    /**
     * Starts them and returns once each takes calls.
     *
     * @param caches the folder to write into
     */
    public static Rehearsal start(ServiceSettings settings, Policy policy, Programs programs, Path caches)
            throws InterruptedException, IOException {
        Rehearsal rehearsal = new Rehearsal(new Leftovers(new Folders(settings.home()).processes()));
        // They do not hear what the terminal sends, and no home would tell a later `down` of them.
        Runtime.getRuntime().addShutdownHook(new Thread(rehearsal::kill, "rehearsal-kill"));
        try {
            rehearsal.stage = Optional.of(Stage.build(settings, programs, rehearsal.leftovers));
            rehearsal.open(rehearsal.stage.get(), policy, caches);
            return rehearsal;
        } catch (RuntimeException | InterruptedException | IOException failure) {
            rehearsal.end();
            throw failure;
        }
    }

    private void open(Stage under, Policy policy, Path folder) throws InterruptedException {
        ServiceSettings settings = under.settings();
        ServiceCommand command = new ServiceCommand(settings, policy);
        policy.services().keySet().forEach(service -> ports.put(service, Ports.anyFree()));
        ports.put(HTTP, Ports.anyFree());
        for (String service : policy.services().keySet()) {
            Path cache = folder.resolve(ServiceCommand.cacheName(service));
            caches.add(cache);
            children.add(leftovers.start(
                    service,
                    command.recording(service, cache, keys(service, policy)),
                    under.environment(),
                    settings.home().logs().resolve(service + ".out.log")));
        }
        long end = System.nanoTime() + OPEN_WITHIN.toNanos();
        for (Child child : children) {
            while (!EdgeDoor.connects(port(child.name()))) {
                if (!child.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException(child.name() + " does not start: " + child.lastWords());
                }
                Thread.sleep(LOOK_AGAIN);
            }
        }
    }

    private Map<String, String> keys(String service, Policy policy) {
        Map<String, String> keys = new TreeMap<>();
        keys.put(service + ".grpc.listen", "tcp://127.0.0.1:" + port(service));
        if (service.equals(GATEWAY)) {
            keys.put("gateway.http.host", "127.0.0.1");
            keys.put("gateway.http.port", Integer.toString(port(HTTP)));
        }
        policy.peersOf(service)
                .forEach(peer -> keys.put(ServiceCommand.peerKey(service, peer), "tcp://127.0.0.1:" + port(peer)));
        return keys;
    }

    private int port(String name) {
        return ports.getOrDefault(name, 0);
    }

    public URI grpc() {
        return URI.create("tcp://127.0.0.1:" + port(GATEWAY));
    }

    public URI http() {
        return URI.create("http://127.0.0.1:" + port(HTTP));
    }

    /** Ends all of them, which is when they write. */
    @Override
    public void close() {
        end();
        caches.stream().filter(cache -> !Files.exists(cache)).findFirst().ifPresent(missing -> {
            throw new IllegalStateException(missing + " was not written");
        });
    }

    private void kill() {
        children.forEach(child -> child.stop(Duration.ZERO));
        // The database and the collector, also one that was being started.
        int _ = leftovers.end();
    }

    private void end() {
        try (ExecutorService ends = Executors.newVirtualThreadPerTaskExecutor()) {
            children.forEach(child -> ends.execute(() -> child.stop(WRITTEN_WITHIN)));
        }
        stage.ifPresent(Stage::end);
    }
}
