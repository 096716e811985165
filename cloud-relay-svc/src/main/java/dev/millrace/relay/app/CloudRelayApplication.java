package dev.millrace.relay.app;

import dev.millrace.relay.grpc.RelayGrpcService;
import dev.millrace.relay.providers.LiveCatalog;
import dev.millrace.relay.providers.ModelRefresh;
import dev.millrace.relay.providers.ProviderReader;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.runtime.Contexts;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.RunningService;
import dev.millrace.runtime.ServiceProcess;
import dev.millrace.runtime.ServiceSettings;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.telemetry.Telemetry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** cloud-relay-svc: a process of its own, or a part of the standalone. */
public final class CloudRelayApplication implements MillraceService {
    private static final String NAME = "cloud-relay";
    private static final Duration FIRST_LISTS_MAX = Duration.ofSeconds(1);

    private final Map<String, String> environment;

    public static void main(String[] arguments) {
        ServiceProcess.run(new CloudRelayApplication(), arguments);
    }

    public CloudRelayApplication() {
        this(System.getenv());
    }

    /** Reads keys from this environment. */
    public CloudRelayApplication(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public String name() {
        return NAME;
    }

    /** The providers, whose addresses and kinds are known before any of them is asked. */
    @Override
    public Map<String, Consumer<Environment>> readings() {
        Consumer<Environment> providers = values -> new ProviderReader(values, environment).read();
        return Map.of("cloud-relay.base-url", providers, "cloud-relay.providers", providers);
    }

    @Override
    public Running start(ServiceSettings settings) {
        ApplicationContext context = Contexts.open(NAME, CloudRelayApplication.class, settings);
        try {
            context.registerSingleton(KeyEnvironment.class, new KeyEnvironment(environment));
            LiveCatalog catalog = context.getBean(LiveCatalog.class);
            RelayGrpcService service = context.getBean(RelayGrpcService.class);
            context.getBean(ModelRefresh.class).awaitFirst(FIRST_LISTS_MAX);
            GrpcServer server = GrpcServer.builder(NAME)
                    .listen(List.of(context.getRequiredProperty("cloud-relay.grpc.listen", String.class)
                            .split("\\s*,\\s*")))
                    .portHint("Choose another with cloud-relay.grpc.listen")
                    .instruments(context.getBean(Telemetry.class))
                    .innerDoor()
                    .inPlace(InferenceServiceGrpc.getStreamCompletionMethod())
                    .intercept(RelayGrpcService.headers())
                    .service(service)
                    .start();
            // Always ready: what its providers refuse, or that it has none by the operator's will, it says in words
            // that no sidecar
            // has, and every other relay has the same providers.
            return new RunningService(context, server, catalog::summary);
        } catch (RuntimeException failure) {
            context.close();
            throw failure;
        } catch (InterruptedException interrupted) {
            context.close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted at start", interrupted);
        }
    }
}
