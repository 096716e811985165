package dev.millrace.classifier.app;

import dev.millrace.classifier.PromptJudge;
import dev.millrace.classifier.grpc.ClassifierGrpcService;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.runtime.Contexts;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.Readiness;
import dev.millrace.runtime.RunningService;
import dev.millrace.runtime.ServiceProcess;
import dev.millrace.runtime.ServiceSettings;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc;
import dev.millrace.telemetry.Telemetry;
import io.micronaut.context.ApplicationContext;
import java.util.Map;

/** Judges prompts for the gateway. */
public final class ClassifierApplication implements MillraceService {
    private static final String NAME = "classifier";

    /** The service as a process of its own. */
    public static void main(String[] arguments) {
        ServiceProcess.run(new ClassifierApplication(), arguments);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Running start(ServiceSettings settings) {
        ApplicationContext context = Contexts.open(NAME, ClassifierApplication.class, settings);
        try {
            return serve(context, context.getBean(PromptJudge.class), context.getBean(ClassifierGrpcService.class));
        } catch (RuntimeException failure) {
            context.close();
            throw failure;
        }
    }

    static Running serve(ApplicationContext context, PromptJudge judge, ClassifierGrpcService service) {
        GrpcServer server = GrpcServer.builder(NAME)
                .listen(context.getBean(ServingConfig.class).listen())
                .portHint("Choose another with --classifier.grpc.listen=tcp://127.0.0.1:PORT")
                .instruments(context.getBean(Telemetry.class))
                .innerDoor()
                .service(service)
                .inPlace(ClassifierServiceGrpc.getClassifyPromptMethod())
                .start();
        // Where others reach it, it takes calls only with its embedding, which loads beside what follows.
        server.port().ifPresent(port -> WarmUp.begin(judge));
        WarmUp.run(judge);
        server.port().ifPresent(WarmUp::through);
        Readiness readiness = Readiness.watch(server, () -> SelfCheck.judges(judge));
        return new RunningService(context, server, () -> "models " + judge.version(), Map::of, readiness);
    }
}
