package dev.millrace.runtime;

import dev.millrace.discovery.Address;
import dev.millrace.discovery.ConsulAgent;
import dev.millrace.discovery.Facts;
import dev.millrace.discovery.Heartbeat;
import dev.millrace.discovery.Place;
import dev.millrace.discovery.Registration;
import io.micronaut.context.exceptions.BeanContextException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a process that runs one service or all of them: they start in the order given, each once the one before takes
 * calls, and stop in reverse; when one cannot start, those before it stop again.
 */
public final class ServiceProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceProcess.class);
    private static final Duration DRAIN_MAX = Duration.ofSeconds(20);
    /** By then sidecars have heard that an instance left: measured 0.06 to 0.9 s. */
    private static final Duration HEARD_AFTER = Duration.ofMillis(1500);

    private static final String VERSION = Optional.ofNullable(
                    ServiceProcess.class.getPackage().getImplementationVersion())
            .orElse("unreleased");
    /** What the container says of a key without a value and without a default. */
    private static final Pattern MISSING =
            Pattern.compile("Error resolving property value \\[(.+)]\\. Property doesn't exist");

    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    /** In order of start; guarded by the thread that starts, then read only. */
    private final Map<String, MillraceService.Running> running = new LinkedHashMap<>();

    private Optional<Heartbeat> announced = Optional.empty();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile int exitCode;

    private ServiceProcess() {}

    /**
     * The whole of a service's {@code main}: reads the arguments, starts, prints a line when ready, and lives until the
     * process is told to end. A start that fails prints {@code error: …} and ends with 1, wrong arguments with 2. While
     * Consul is away it runs all the same, and is registered as soon as that is back.
     */
    public static void run(MillraceService service, String... arguments) {
        try {
            ServiceSettings settings = ServiceSettings.fromArguments(System.getenv(), arguments);
            Optional<Place> place = Place.of(System.getenv());
            LogFile.open(
                    settings.home().create().logs(),
                    place.map(Place::instance).orElse(service.name()),
                    service.name(),
                    LogForm.of(System.getenv()));
            ServiceProcess process = start(List.of(service), settings, started -> print(System.out, started));
            place.ifPresent(process::announce);
            process.stopAtShutdown();
            process.awaitAnnounced();
            new CountDownLatch(1).await();
        } catch (ConfigurationFault fault) {
            fault.mistakes().forEach(mistake -> System.err.println("error: " + mistake));
            Runtime.getRuntime().halt(MISUSED);
        } catch (Exception failure) {
            tell(failure);
            System.err.println("error: " + failure.getMessage());
            Runtime.getRuntime().halt(FAILED);
        }
    }

    private static void print(PrintStream out, Started started) {
        out.printf(
                "%s %s %.1f s %s %s%n",
                started.name,
                started.running.healthy() ? "healthy" : "not healthy",
                started.took.toMillis() / 1000.0,
                started.running.healthLine(),
                started.running.addresses());
    }

    /** Writes a start that failed to the log file with all its causes; the console, which takes warnings alone, gets one line from the caller. */
    public static void tell(Exception failure) {
        LOG.info("the start failed", failure);
    }

    /** What went wrong; what is wrong with a value of the operator's is told with its place, as if it had been seen before. */
    private static RuntimeException reason(
            MillraceService service, ServiceSettings settings, RuntimeException failure) {
        RuntimeException reason = reason(failure);
        String message = String.valueOf(reason.getMessage());
        return reason instanceof IllegalArgumentException && message.startsWith(service.name() + ".")
                ? new ConfigurationFault(message.lines()
                        .map(mistake -> Contexts.placed(service, settings, mistake))
                        .toList())
                : reason;
    }

    /** Without the container's account of which bean it was making then. */
    private static RuntimeException reason(RuntimeException failure) {
        RuntimeException reason = failure;
        while (reason instanceof BeanContextException && reason.getCause() instanceof RuntimeException cause) {
            reason = cause;
        }
        Matcher missing = MISSING.matcher(String.valueOf(reason.getMessage()));
        return reason instanceof BeanContextException && missing.find()
                ? new ConfigurationFault(List.of(missing.group(1) + " is missing (expected: a value)"))
                : reason;
    }

    /** What these services would refuse in the operator's file and flags, each mistake once. */
    public static List<String> mistakes(List<MillraceService> services, ServiceSettings settings) {
        return services.stream()
                .flatMap(service -> service.mistakes(settings).stream())
                .distinct()
                .toList();
    }

    /**
     * Starts the services one after another and tells of each as it comes up.
     *
     * @throws ConfigurationFault before any has started, with the mistakes of all
     */
    public static ServiceProcess start(
            List<MillraceService> services, ServiceSettings settings, Consumer<Started> report) {
        List<String> mistakes = mistakes(services, settings);
        if (!mistakes.isEmpty()) {
            throw new ConfigurationFault(mistakes);
        }
        ServiceProcess process = new ServiceProcess();
        LOG.trace("this log is as deep as it goes: all but what the wire carries");
        for (MillraceService service : services) {
            long begin = System.nanoTime();
            try {
                MillraceService.Running started = service.start(settings);
                process.running.put(service.name(), started);
                LOG.atInfo()
                        .addKeyValue("service", service.name())
                        .addKeyValue("addresses", started.addresses())
                        .log("started");
                report.accept(new Started(service.name(), Duration.ofNanos(System.nanoTime() - begin), started));
            } catch (RuntimeException failure) {
                process.close();
                throw reason(service, settings, failure);
            }
        }
        return process;
    }

    /** Registers the one service that runs here, so that others find it, and keeps it registered until it stops. */
    void announce(Place place) {
        Map.Entry<String, MillraceService.Running> only =
                running.entrySet().iterator().next();
        Map<String, String> ofProcess =
                Facts.ofProcess(VERSION, ManagementFactory.getRuntimeMXBean().getStartTime() / 1000);
        try {
            announced = Optional.of(Heartbeat.begin(new ConsulAgent(place.consul()), () -> {
                Map<String, String> facts = new HashMap<>(ofProcess);
                facts.putAll(only.getValue().facts());
                return new Registration(
                        only.getKey(),
                        place,
                        grpcAddress(only.getValue()),
                        only.getValue().healthy(),
                        facts);
            }));
        } catch (RuntimeException refused) {
            close();
            throw refused;
        }
    }

    /**
     * Returns once it is registered, at once where it is not to be, or has stopped.
     *
     * @throws IllegalStateException when Consul, away at first, refuses it; it is stopped then
     */
    void awaitAnnounced() throws InterruptedException {
        if (announced.isPresent()) {
            try {
                announced.get().awaitRegistered();
            } catch (IllegalStateException refused) {
                close();
                throw refused;
            }
        }
    }

    private static Address grpcAddress(MillraceService.Running service) {
        return service.addresses().stream()
                .filter(address -> "tcp".equals(address.getScheme()))
                .findFirst()
                .map(address -> new Address(address.getHost(), address.getPort()))
                .orElseThrow(() -> new IllegalStateException(
                        "it listens on no TCP address, so nobody could check its health (expected: tcp://host:port)"));
    }

    /** The started services by name, in order of start. */
    public Map<String, MillraceService.Running> running() {
        return Collections.unmodifiableMap(running);
    }

    /**
     * Drains and stops everything when the JVM is told to end. The hook halts the JVM as its last act, because threads of a
     * native engine would keep it alive; register no other hook whose work matters.
     */
    public void stopAtShutdown() {
        stopAtShutdown(() -> {});
    }

    /** The same, with something to do after the services have stopped, such as removing the run file. */
    public void stopAtShutdown(Runnable afterwards) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            try {
                                stop(DRAIN_MAX);
                                afterwards.run();
                            } finally {
                                Runtime.getRuntime().halt(exitCode);
                            }
                        },
                        "stop"));
    }

    /** What the process ends with once its hook has run, where it does not end by being told to: with 0. */
    public void endsWith(int code) {
        exitCode = code;
    }

    /** Stops in reverse, each after it has drained; all together take no longer than this, and the second time nothing. */
    public void stop(Duration drainMax) {
        if (!stopped.compareAndSet(false, true)) {
            return;
        }
        announced.ifPresent(this::leave);
        long end = System.nanoTime() + drainMax.toNanos();
        for (Map.Entry<String, MillraceService.Running> entry : new ArrayList<>(running.entrySet()).reversed()) {
            try {
                entry.getValue().drain(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
                entry.getValue().close();
            } catch (RuntimeException failure) {
                LOG.atWarn()
                        .addKeyValue("service", entry.getKey())
                        .setCause(failure)
                        .log("did not stop cleanly");
            }
        }
    }

    /** Calls go on to arrive until every sidecar has heard; they are taken, so that none fails. */
    private void leave(Heartbeat heartbeat) {
        running.values().forEach(MillraceService.Running::leave);
        heartbeat.close();
        try {
            Thread.sleep(HEARD_AFTER);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops at once. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    /** A service that has just come up, and how long that took. */
    public record Started(String name, Duration took, MillraceService.Running running) {}
}
