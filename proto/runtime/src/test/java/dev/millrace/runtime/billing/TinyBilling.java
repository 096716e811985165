package dev.millrace.runtime.billing;

import dev.millrace.rpc.GrpcServer;
import dev.millrace.runtime.Contexts;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.RunningService;
import dev.millrace.runtime.ServiceProcess;
import dev.millrace.runtime.ServiceSettings;
import io.micronaut.context.ApplicationContext;

/** The whole of a service, without a job. */
public final class TinyBilling implements MillraceService {
    public static void main(String[] arguments) {
        ServiceProcess.run(new TinyBilling(), arguments);
    }

    @Override
    public String name() {
        return "billing";
    }

    @Override
    public Running start(ServiceSettings settings) {
        ApplicationContext context = Contexts.open(name(), TinyBilling.class, settings);
        GrpcServer server = GrpcServer.builder(name())
                .listen(context.getRequiredProperty("billing.grpc.listen", String.class))
                .innerDoor()
                .start();
        String file = context.getBean(LedgerConfig.class).file().toString();
        return new RunningService(context, server, () -> "ledger " + file);
    }
}
