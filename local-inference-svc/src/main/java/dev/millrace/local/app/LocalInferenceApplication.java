package dev.millrace.local.app;

import dev.millrace.local.grpc.InferenceGrpcService;
import dev.millrace.local.grpc.ModelGrpcService;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.runtime.Contexts;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.Readiness;
import dev.millrace.runtime.RunningService;
import dev.millrace.runtime.ServiceProcess;
import dev.millrace.runtime.ServiceSettings;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.telemetry.Telemetry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** Runs the engines of one node behind one contract. */
public final class LocalInferenceApplication implements MillraceService {
    /** The service as a process of its own. */
    public static void main(String[] arguments) {
        ServiceProcess.run(new LocalInferenceApplication(), arguments);
    }

    @Override
    public String name() {
        return "local-inference";
    }

    /** The engines' kinds and addresses, which are known before any of them is asked. */
    @Override
    public Map<String, Consumer<Environment>> readings() {
        return Map.of("local-inference.engine", EngineCheck::require, "local-inference.engines", EngineCheck::require);
    }

    @Override
    public Running start(ServiceSettings settings) {
        settings.home().create();
        ApplicationContext context = Contexts.open(name(), LocalInferenceApplication.class, settings);
        try {
            LocalEngines engines = context.getBean(LocalEngines.class);
            GrpcServer server = GrpcServer.builder(name())
                    .listen(context.getBean(ServingConfig.class).listen())
                    .portHint("Choose another with --local-inference.grpc.listen=tcp://127.0.0.1:PORT")
                    .instruments(context.getBean(Telemetry.class))
                    .innerDoor()
                    .inPlace(InferenceServiceGrpc.getStreamCompletionMethod())
                    .service(context.getBean(InferenceGrpcService.class))
                    .service(context.getBean(ModelGrpcService.class))
                    .start();
            engines.embedded()
                    .forEach(engine -> WarmUp.run(engine, server.addresses().getFirst()));
            Readiness readiness =
                    Readiness.watch(server, new NodeReadiness(engines, patience(context)), patience(context));
            return new RunningService(context, server, () -> HealthLine.of(engines), engines::facts, readiness);
        } catch (RuntimeException failure) {
            context.close();
            throw failure;
        }
    }

    /** An engine that misses one look and answers at the next does not take its node out. */
    private static Duration patience(ApplicationContext context) {
        return context.getRequiredProperty("local-inference.watch-every", Duration.class)
                .multipliedBy(2);
    }
}
