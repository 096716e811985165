package dev.millrace.billing.app;

import dev.millrace.billing.Ledger;
import dev.millrace.billing.LedgerStartException;
import dev.millrace.billing.LedgerUnavailableException;
import dev.millrace.billing.grpc.BillingGrpcService;
import dev.millrace.billing.grpc.KeyGrpcService;
import dev.millrace.billing.grpc.PriceGrpcService;
import dev.millrace.billing.grpc.UsageGrpcService;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Contexts;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.Readiness;
import dev.millrace.runtime.RunningService;
import dev.millrace.runtime.ServiceProcess;
import dev.millrace.runtime.ServiceSettings;
import dev.millrace.telemetry.Telemetry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import io.micronaut.context.exceptions.BeanInstantiationException;
import java.util.Map;
import java.util.function.Consumer;

/** Billing as a process of its own, and as a part of the standalone. */
public final class BillingApplication implements MillraceService {
    public static void main(String[] arguments) {
        ServiceProcess.run(new BillingApplication(), arguments);
    }

    @Override
    public String name() {
        return "billing";
    }

    @Override
    public Map<String, Consumer<Environment>> readings() {
        return Map.of("billing.prices", OperatorPrice::requireWhole);
    }

    @Override
    public Running start(ServiceSettings settings) {
        ApplicationContext context = Contexts.open(name(), BillingApplication.class, settings);
        try {
            BillingConfig config = context.getBean(BillingConfig.class);
            GrpcServer server = GrpcServer.builder(name())
                    .listen(config.grpc().listen())
                    .portHint("Set billing.grpc.listen to another address")
                    .instruments(context.getBean(Telemetry.class))
                    .innerDoor()
                    .service(context.getBean(BillingGrpcService.class))
                    .inPlace(BillingGrpcService.nonBlocking())
                    .service(context.getBean(PriceGrpcService.class))
                    .service(context.getBean(UsageGrpcService.class))
                    .service(context.getBean(KeyGrpcService.class))
                    .start();
            WarmUp.run(server.addresses().getFirst());
            Ledger ledger = context.getBean(Ledger.class);
            Readiness readiness = Readiness.watch(server, ledger::isAtHand);
            return new RunningService(context, server, () -> health(config, ledger), Map::of, readiness);
        } catch (BeanInstantiationException e) {
            context.close();
            throw cause(e);
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
    }

    /** A damaged ledger takes calls still: the charges of what was begun. */
    private static String health(BillingConfig config, Ledger ledger) {
        String place = "ledger " + config.ledger();
        return ledger.damage().map(damage -> place + ": " + damage).orElse(place);
    }

    /** What the ledger says to the operator, without the container's words around it. */
    private static RuntimeException cause(BeanInstantiationException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof LedgerStartException
                    || cause instanceof LedgerUnavailableException
                    || cause instanceof ConfigurationFault) {
                return (RuntimeException) cause;
            }
        }
        return failure;
    }
}
