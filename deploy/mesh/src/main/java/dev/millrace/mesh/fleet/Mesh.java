package dev.millrace.mesh.fleet;

import dev.millrace.discovery.ConsulAgent;
import dev.millrace.mesh.Folders;
import dev.millrace.mesh.discovery.InstanceLists;
import dev.millrace.mesh.envoy.AdminSocket;
import dev.millrace.mesh.envoy.Configurations;
import dev.millrace.mesh.envoy.EdgePorts;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.process.Kept;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.mesh.process.LogCap;
import dev.millrace.mesh.process.Programs;
import dev.millrace.mesh.process.Upkeep;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.HomeLock;
import dev.millrace.runtime.ServiceSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The whole mesh on this machine: Consul, the database under the ledger and the collector first, then the services with their
 * sidecars, the gateways after those that they call, the outer door last; ended the other way round. A start that fails ends what
 * it had started.
 */
public final class Mesh implements AutoCloseable {
    private static final String GATEWAY = "gateway";
    private static final Duration EDGE_PATIENCE = Duration.ofSeconds(3);

    /** Certificates live for weeks. */
    private static final Duration LOOK_AT_CERTIFICATES = Duration.ofMinutes(10);

    private static final Duration LOOK_AT_LOGS = Duration.ofSeconds(5);
    /** Each file is kept twice: as it grows, and the one before. */
    private static final long LOG_BYTES_MAX = 32 << 20;

    private final MeshPlan plan;
    private final Folders folders;
    private final Ports ports;
    private final EdgePorts edgePorts;
    private final Leftovers leftovers;
    private final ConsulAgent agent;
    private final Configurations configurations;
    private final Fleet fleet;
    private final Programs programs;
    private final List<Upkeep> upkeep = new CopyOnWriteArrayList<>();
    private final Ending ending = new Ending();
    private volatile Optional<Registry> registry = Optional.empty();
    private volatile Optional<Kept> database = Optional.empty();
    private volatile Optional<Collector> collector = Optional.empty();
    private volatile Optional<Kept> edge = Optional.empty();

    private Mesh(MeshPlan plan, Programs programs) {
        this.plan = plan;
        this.programs = programs;
        this.folders = new Folders(plan.settings().home());
        this.edgePorts = new EdgePorts(free(plan.grpcPort()), free(plan.httpPort()));
        this.ports = new Ports(plan.portBase(), edgePorts);
        this.leftovers = new Leftovers(folders.processes());
        this.agent = new ConsulAgent(URI.create("http://127.0.0.1:" + ports.consulHttp()));
        Optional<URI> traces = traces();
        this.configurations = new Configurations(plan.policy(), folders, traces);
        this.fleet = new Fleet(
                folders,
                ports,
                configurations,
                new ServiceCommand(settings(), plan.policy()),
                traces,
                programs.installed("envoy"),
                agent,
                leftovers);
    }

    private ServiceSettings settings() {
        return plan.ledger() == LedgerKind.DATABASE_OF_THE_HOME
                ? LedgerDatabase.tell(plan.settings(), folders, ports.database())
                : plan.settings();
    }

    /** Where services and sidecars send what they tell. */
    private Optional<URI> traces() {
        return switch (plan.collector()) {
            case CollectorPlace.OfTheMesh _ -> Optional.of(Collector.address(ports.otlp()));
            case CollectorPlace.Elsewhere theirs -> Optional.of(theirs.address());
            case CollectorPlace.Nowhere _ -> Optional.empty();
        };
    }

    private static int free(int port) {
        return port == 0 ? Ports.anyFree() : port;
    }

    /** One of which nothing runs yet; every program that it needs is there. */
    public static Mesh of(MeshPlan plan, Programs programs) {
        programs.system("openssl", "apt-get install openssl");
        programs.installed("consul");
        if (plan.ledger() == LedgerKind.DATABASE_OF_THE_HOME) {
            programs.postgresql(new Folders(plan.settings().home()).databaseData());
        }
        programs.installed("consul-template");
        if (plan.collector() instanceof CollectorPlace.OfTheMesh) {
            programs.installed(Collector.PROGRAM);
        }
        return new Mesh(plan, programs);
    }

    /**
     * Starts everything and returns when all is healthy. Another thread may close it meanwhile: then this fails once nothing runs.
     */
    public void open(Consumer<String> report) {
        try {
            start(report);
            ending.opened();
        } catch (IOException failure) {
            abandon();
            throw new UncheckedIOException(failure);
        } catch (RuntimeException failure) {
            abandon();
            throw failure;
        }
    }

    private void abandon() {
        ending.opened();
        close();
    }

    private void start(Consumer<String> report) throws IOException {
        int left = leftovers.end();
        if (left > 0) {
            report.accept("  ended " + left + " processes that an earlier mesh had left");
        }
        leftovers.addSelf();
        ports.requireFree(
                plan.ledger() == LedgerKind.DATABASE_OF_THE_HOME, plan.collector() instanceof CollectorPlace.OfTheMesh);
        Ports.requireFree(edgePorts.grpc(), "Choose another with --grpc-port");
        Ports.requireFree(edgePorts.http(), "Choose another with --http-port");
        MeshFiles files = MeshFiles.lay(folders);
        List<String> services = List.copyOf(plan.policy().services().keySet());
        List<String> names = new ArrayList<>(services);
        names.add(Policy.EDGE);
        Certificates certificates =
                new Certificates(files.certificates(), folders.certificates(), names, InstantSource.system());
        certificates.make();
        List<String> listed = new ArrayList<>(services);
        listed.add(GATEWAY + "-http");
        List<Path> lists = new InstanceLists(folders).write(listed);
        if (plan.ownPolicy().isPresent()) {
            new PolicyCheck(folders, programs.installed("envoy"), leftovers)
                    .require(plan.ownPolicy().get(), plan.policy(), configurations);
            report.accept("  %-18s accepted        %s"
                    .formatted("policy", plan.ownPolicy().get()));
        }
        upkeep.add(Upkeep.start("certificates", LOOK_AT_CERTIFICATES, certificates::renewIfDue));
        LogCap logs = new LogCap(
                folders.home().logs(), LOG_BYTES_MAX, id -> AdminSocket.post(folders.admin(id), "/reopen_logs"));
        upkeep.add(Upkeep.start("logs", LOOK_AT_LOGS, logs::look));
        if (plan.collector() instanceof CollectorPlace.OfTheMesh) {
            collector = Optional.of(Collector.start(
                    folders,
                    files.collector(),
                    ports.otlp(),
                    ports.metrics(),
                    programs.installed(Collector.PROGRAM),
                    leftovers));
        }
        Registry started = Registry.start(folders, ports, programs, files.consul(), lists, agent, leftovers);
        registry = Optional.of(started);
        report.accept("  %-18s healthy         http://127.0.0.1:%d".formatted("consul", ports.consulHttp()));
        if (plan.ledger() == LedgerKind.DATABASE_OF_THE_HOME) {
            database = Optional.of(
                    new LedgerDatabase(folders, ports.database(), programs.postgresql(folders.databaseData()))
                            .start(leftovers));
            report.accept("  %-18s healthy         port %d".formatted("postgresql", ports.database()));
        }
        collector.ifPresent(running -> {
            running.awaitReady();
            report.accept("  %-18s healthy         otlp %d, metrics %d"
                    .formatted("collector", ports.otlp(), ports.metrics()));
        });
        Map<String, Integer> behind = new TreeMap<>(plan.counts());
        behind.remove(GATEWAY);
        fleet.start(behind, report);
        fleet.start(Map.of(GATEWAY, plan.counts().getOrDefault(GATEWAY, 1)), report);
        edge = Optional.of(Kept.start(() -> fleet.sidecar(Policy.EDGE, configurations.edge(edgePorts))));
        EdgeDoor.awaitOpen(edge.get(), edgePorts);
        report.accept("  %-18s healthy         in front of the gateways".formatted(Policy.EDGE));
    }

    /**
     * Ends what is left of a mesh whose supervisor is gone, and removes what is of no use without it; returns how many processes
     * there were.
     *
     * @throws IllegalStateException when a process holds the home: what that one started is not left
     */
    public static int sweep(Home home) {
        Optional<HomeLock> lock = HomeLock.takeAgain(home);
        Folders folders = new Folders(home);
        int left = new Leftovers(folders.processes()).end();
        MeshFiles.clear(folders);
        MeshFiles.delete(folders.socket());
        home.forgetRun();
        lock.ifPresent(HomeLock::close);
        return left;
    }

    /** Where the outer door listens. */
    public EdgePorts edgePorts() {
        return edgePorts;
    }

    /** Where its traces and metrics can be found, in words for the operator. */
    public String tracesPlace() {
        return switch (plan.collector()) {
            case CollectorPlace.OfTheMesh _ ->
                "in " + folders.traces() + ", for millrace trace ID    metrics http://127.0.0.1:" + ports.metrics()
                        + "/metrics";
            case CollectorPlace.Elsewhere theirs -> "and metrics to " + theirs.address();
            case CollectorPlace.Nowhere _ -> "none";
        };
    }

    /** Makes it so many instances of one service. */
    public void scale(String service, int count, Consumer<String> report) {
        if (!plan.counts().containsKey(service)) {
            throw new IllegalArgumentException("service: " + service + " (expected: one of "
                    + plan.counts().keySet().stream().sorted().collect(Collectors.joining(", ")) + ")");
        }
        InstanceLimits.require(service, count, plan.ledger());
        fleet.scale(Map.of(service, count), report);
    }

    /** Every process as it is now; the one that hangs is told of a second later. */
    public List<ProcessState> processes() {
        Census census = new Census(folders, agent);
        registry.ifPresent(running -> {
            census.consul(running, "http " + ports.consulHttp());
            census.template(running, List.copyOf(plan.policy().services().keySet()));
        });
        database.ifPresent(server -> census.add(
                server, "port " + ports.database(), () -> LedgerDatabase.requireConnections(ports.database())));
        collector.ifPresent(running -> census.add(
                running.process(),
                "otlp " + ports.otlp() + ", metrics " + ports.metrics(),
                () -> Greeting.grpc(ports.otlp())));
        edge.ifPresent(door -> census.edge(door, "grpc " + edgePorts.grpc() + ", http " + edgePorts.http()));
        return census.take(fleet);
    }

    /**
     * Ends everything, once: no new calls, then those in flight, then the processes from the outside in. Returns when all is gone.
     */
    @Override
    public void close() {
        ending.once(this::end);
    }

    /** Where it has not opened yet, what was started last is known to the leftovers alone. */
    private void end() {
        leftovers.close();
        upkeep.forEach(Upkeep::close);
        edge.ifPresent(door -> EdgeDoor.refuseNew(folders.admin(Policy.EDGE)));
        fleet.stop(fleet.pairs().stream().filter(Mesh::isGateway), line -> {});
        edge.ifPresent(door -> door.stop(EDGE_PATIENCE));
        fleet.stop(fleet.pairs().stream(), line -> {});
        database.ifPresent(LedgerDatabase::stop);
        collector.ifPresent(Collector::stop);
        registry.ifPresent(Registry::stop);
        agent.close();
        leftovers.end();
        ending.awaitOpened();
        leftovers.end();
        MeshFiles.clear(folders);
    }

    private static boolean isGateway(Pair pair) {
        return pair.instance().service().equals(GATEWAY);
    }
}
