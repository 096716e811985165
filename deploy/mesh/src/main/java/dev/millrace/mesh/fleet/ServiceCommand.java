package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Instance;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.runtime.ServiceSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The command line that starts a service as a process of its own: the program that runs now, with another main class, told to
 * listen on loopback and to find its peers at its sidecar.
 */
final class ServiceCommand {
    private static final Map<String, String> MAIN_CLASSES = Map.of(
            "billing", "dev.millrace.billing.app.BillingApplication",
            "classifier", "dev.millrace.classifier.app.ClassifierApplication",
            "local-inference", "dev.millrace.local.app.LocalInferenceApplication",
            "cloud-relay", "dev.millrace.relay.app.CloudRelayApplication",
            "gateway", "dev.millrace.gateway.app.GatewayApplication");
    /** The one key under which each service looks for a peer, where it is not {@code <service>.peers.<peer>}. */
    private static final Map<String, String> PEER_KEYS =
            Map.of("local-inference.peers.billing", "local-inference.billing.target");

    /** The variable that names an instance to itself. */
    static final String INSTANCE = "MILLRACE_INSTANCE";

    /**
     * New objects' part of the heap, all of which is in use soon. A node makes few for each token, which its engine takes time
     * for: with half of what the others have it takes 6 MB less.
     */
    private static final Map<String, String> YOUNG = Map.of("local-inference", "-Xmn8m");

    private static final String YOUNG_OF_OTHERS = "-Xmn16m";

    /** The standard's own variable. */
    static final String COLLECTOR = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /** The folder of the services' own class caches, beside the program. */
    private static final String OWN_CACHES = "caches";

    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx256m",
            "-Xms48m",
            "-Xss512k",
            // What the compiler took from the C library for a moment would stay with the process.
            "-XX:TrimNativeHeapInterval=5000",
            // Network buffers come from pieces of 512 KiB: of the 2 to 4 MiB that are usual a service needs a small
            // part, and
            // each thread that uses the network would fill one with zeros.
            "-Dio.netty.allocator.maxOrder=6",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    /**
     * Where a dozen processes share few cores, the optimising compiler of each takes more time than its code gives back: on two
     * cores the mesh without it was healthy after 11 s in place of 17 s, and a call took half the CPU in its first minute.
     */
    private static final int CORES_TO_OPTIMISE = 8;

    /**
     * The cache is mapped where it was made for: at another address every page that holds a pointer becomes a copy of each
     * process's own, where several of them can share one.
     */
    private static final List<String> CACHE_FLAGS =
            List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0", "-Xlog:aot=off", "-Xlog:cds=off");

    private final ServiceSettings settings;
    private final Policy policy;
    private final String classPath = System.getProperty("java.class.path");

    ServiceCommand(ServiceSettings settings, Policy policy) {
        this.settings = settings;
        this.policy = policy;
    }

    List<String> of(Instance instance) {
        List<String> command = program(instance.service());
        cache(instance.service()).ifPresent(file -> {
            command.add("-XX:AOTCache=" + file);
            command.addAll(CACHE_FLAGS);
        });
        return told(command, instance.service(), keys(instance));
    }

    /** One that writes down, as it ends, what it needed to start and to answer: its own class cache. */
    List<String> recording(String service, Path cache, Map<String, String> keys) {
        List<String> command = program(service);
        command.addAll(
                List.of("-XX:AOTCacheOutput=" + cache, "-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining"));
        return told(command, service, keys);
    }

    private static List<String> program(String service) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.add(YOUNG.getOrDefault(service, YOUNG_OF_OTHERS));
        if (Runtime.getRuntime().availableProcessors() < CORES_TO_OPTIMISE) {
            command.add("-XX:TieredStopAtLevel=1");
        }
        command.add("-Duser.home=" + System.getProperty("user.home"));
        return command;
    }

    private List<String> told(List<String> command, String service, Map<String, String> keys) {
        command.addAll(List.of("-cp", classPath, mainClass(service)));
        command.addAll(List.of("--home", settings.home().root().toString()));
        command.addAll(List.of("--config", settings.configFile().toString()));
        keys.forEach((key, value) -> command.add("--" + key + "=" + value));
        return command;
    }

    /** How the class cache of a service is called. */
    static String cacheName(String service) {
        return service + ".aot";
    }

    /** The service's own, else that of all services in one process, which holds and takes more. */
    private Optional<Path> cache(String service) {
        Path folder = Path.of(classPath).toAbsolutePath().resolveSibling(OWN_CACHES);
        return Stream.of(folder.resolve(cacheName(service)), folder.resolveSibling(cacheName("millrace")))
                .filter(Files::exists)
                .findFirst();
    }

    private static String mainClass(String service) {
        String mainClass = MAIN_CLASSES.get(service);
        if (mainClass == null) {
            throw new IllegalArgumentException(
                    "service: " + service + " (expected: one of " + MAIN_CLASSES.keySet() + ")");
        }
        return mainClass;
    }

    private Map<String, String> keys(Instance instance) {
        String service = instance.service();
        Map<String, String> keys = new TreeMap<>(settings.overrides());
        keys.put(service + ".grpc.listen", "tcp://127.0.0.1:" + instance.servicePort());
        if (instance.hasHttp()) {
            // What the operator opens is the outer door.
            keys.put(service + ".http.host", "127.0.0.1");
            keys.put(service + ".http.port", Integer.toString(instance.httpPort()));
        }
        for (String peer : policy.peersOf(service)) {
            keys.put(peerKey(service, peer), "sidecar://127.0.0.1:" + instance.egressPort() + "/" + peer);
        }
        return keys;
    }

    /** Under which a service is told where a peer is. */
    static String peerKey(String service, String peer) {
        String key = service + ".peers." + peer;
        return PEER_KEYS.getOrDefault(key, key);
    }

    /** Where the instance stands, as its registration needs it, and where it sends its traces and metrics. */
    static Map<String, String> environment(Instance instance, int consulPort, Optional<URI> collector) {
        Map<String, String> variables = new TreeMap<>(Map.of(
                "MILLRACE_CONSUL",
                "http://127.0.0.1:" + consulPort,
                INSTANCE,
                instance.id(),
                "MILLRACE_INGRESS",
                "127.0.0.1:" + instance.ingressPort(),
                "MALLOC_ARENA_MAX",
                "2"));
        if (instance.hasHttp()) {
            variables.put("MILLRACE_HTTP_INGRESS", "127.0.0.1:" + instance.httpIngressPort());
        }
        collector.ifPresent(address -> variables.put(COLLECTOR, address.toString()));
        return variables;
    }
}
