package dev.millrace.standalone;

import dev.millrace.cli.Typed;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.ServiceSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that place an instance and name its engines and clouds; each is a configuration key under another name. */
final class PlacementOptions {
    private static final int PORT_MAX = 65_535;
    private static final int HTTP_PORT = 8080;
    private static final int GRPC_PORT = 9090;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "data, logs and config.yml (default: $MILLRACE_HOME, else ~/.millrace)")
    private @Nullable Path home;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "the configuration file (default: config.yml in the home)")
    private @Nullable Path config;

    @Option(
            names = "--http-port",
            paramLabel = "N",
            description = "of the OpenAI door (default: 8080; 0: any free one)")
    private @Nullable Integer httpPort;

    @Option(names = "--grpc-port", paramLabel = "N", description = "of the gRPC door (default: 9090; 0: any free one)")
    private @Nullable Integer grpcPort;

    @Option(
            names = "--engine",
            paramLabel = "KIND=URL",
            description =
                    "an engine of your own: ollama=URL, or openai=URL for llama-server, LocalAI, vLLM; repeatable")
    private List<String> engines = List.of();

    @Option(
            names = "--cloud-base-url",
            paramLabel = "URL",
            description = "any OpenAI-compatible server as the cloud, most often with /v1 at the end; the variable"
                    + " CLOUD_API_KEY holds its key, if it wants one")
    private @Nullable String cloudBaseUrl;

    @Option(names = "--cloud-model", paramLabel = "NAME", description = "the one model to ask there, for every tier")
    private @Nullable String cloudModel;

    @Option(names = "--trace", description = "keep the last traces in the home, for `millrace trace`")
    private boolean trace;

    /** Another command for the instance that is placed here, as it can be typed. */
    String typed(String command) {
        return Typed.command(command, home);
    }

    Home home() {
        if (home != null && home.toString().isBlank()) {
            throw new ConfigurationFault(List.of("--home: \"" + home + "\" (expected: a folder)"));
        }
        return home == null ? Home.standard(System.getenv()) : new Home(home);
    }

    /** For five services within one process. */
    ServiceSettings settings() {
        if (httpPort != null && httpPort != 0 && httpPort.equals(grpcPort)) {
            throw new ConfigurationFault(List.of("--grpc-port and --http-port: both " + grpcPort
                    + " (expected: one for each door, or 0: any free one)"));
        }
        Map<String, String> overrides = new HashMap<>();
        if (httpPort != null) {
            overrides.put("gateway.http.port", Integer.toString(httpPort()));
        }
        if (grpcPort != null) {
            overrides.put("gateway.grpc.listen", "tcp://127.0.0.1:" + grpcPort());
        }
        return Services.withinOneProcess(told(overrides));
    }

    /** For services in processes of their own, whose addresses are the mesh's to choose. */
    ServiceSettings meshSettings() {
        return told(new HashMap<>());
    }

    int httpPort() {
        return port("--http-port", httpPort == null ? HTTP_PORT : httpPort);
    }

    int grpcPort() {
        return port("--grpc-port", grpcPort == null ? GRPC_PORT : grpcPort);
    }

    private ServiceSettings told(Map<String, String> overrides) {
        if (trace) {
            Services.all().forEach(service -> overrides.put(service.name() + ".telemetry.keep", "true"));
        }
        if (!engines.isEmpty()) {
            overrides.put("local-inference.engine", String.join(",", engines));
        }
        if (cloudBaseUrl != null) {
            overrides.put("cloud-relay.base-url", cloudBaseUrl);
        }
        if (cloudModel != null) {
            overrides.put("cloud-relay.model", cloudModel);
            overrides.put("gateway.policy.cloud-model", cloudModel);
        }
        if (config != null && !Files.isReadable(config)) {
            throw new ConfigurationFault(List.of("--config: " + config + " cannot be read (expected: a YAML file)"));
        }
        Home place = home();
        return new ServiceSettings(place, config == null ? place.configFile() : config.toAbsolutePath(), overrides);
    }

    private static int port(String option, int number) {
        if (number < 0 || number > PORT_MAX) {
            throw new ConfigurationFault(List.of(option + ": " + number + " (expected: 0 to " + PORT_MAX + ")"));
        }
        return number;
    }
}
