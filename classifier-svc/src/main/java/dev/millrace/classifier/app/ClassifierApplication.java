package dev.millrace.classifier.app;

import dev.millrace.classifier.PromptJudge;
import dev.millrace.classifier.grpc.ClassifierGrpcService;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.runtime.Contexts;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.RunningService;
import dev.millrace.runtime.ServiceProcess;
import dev.millrace.runtime.ServiceSettings;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc;
import dev.millrace.telemetry.Telemetry;
import io.micronaut.context.ApplicationContext;

/** Judges prompts for the gateway. */
public final class ClassifierApplication implements MillraceService {

    /** The service as a process of its own. */
    public static void main(String[] arguments) {
        ServiceProcess.run(new ClassifierApplication(), arguments);
    }

    @Override
    public String name() {
        return "classifier";
    }

    @Override
    public Running start(ServiceSettings settings) {
        ApplicationContext context = Contexts.open(name(), ClassifierApplication.class, settings);
        try {
            PromptJudge judge = context.getBean(PromptJudge.class);
            GrpcServer server = GrpcServer.builder(name())
                    .listen(context.getBean(ServingConfig.class).listen())
                    .portHint("Choose another with --classifier.grpc.listen=tcp://127.0.0.1:PORT")
                    .instruments(context.getBean(Telemetry.class))
                    .innerDoor()
                    .service(context.getBean(ClassifierGrpcService.class))
                    .inPlace(ClassifierServiceGrpc.getClassifyPromptMethod())
                    .start();
            WarmUp.run(judge);
            server.port().ifPresent(WarmUp::through);
            return new RunningService(context, server, () -> "models " + judge.version());
        } catch (RuntimeException failure) {
            context.close();
            throw failure;
        }
    }
}
