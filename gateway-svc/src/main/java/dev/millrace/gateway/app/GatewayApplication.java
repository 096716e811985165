package dev.millrace.gateway.app;

import dev.millrace.gateway.Callers;
import dev.millrace.gateway.Completions;
import dev.millrace.gateway.PromptRoom;
import dev.millrace.gateway.catalogue.ModelCatalogue;
import dev.millrace.gateway.grpc.GatewayGrpcService;
import dev.millrace.gateway.grpc.KeyHeader;
import dev.millrace.gateway.grpc.MessageRoom;
import dev.millrace.gateway.grpc.PublicMethods;
import dev.millrace.gateway.http.HttpDoor;
import dev.millrace.gateway.routing.Policy;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.rpc.GrpcServerBuilder;
import dev.millrace.runtime.Contexts;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.ServiceProcess;
import dev.millrace.runtime.ServiceSettings;
import dev.millrace.telemetry.Telemetry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import java.util.Map;
import java.util.function.Consumer;

/** gateway-svc: a process of its own, or a part of the standalone. */
public final class GatewayApplication implements MillraceService {

    private static final String NAME = "gateway";

    public static void main(String[] arguments) {
        ServiceProcess.run(new GatewayApplication(), arguments);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Map<String, Consumer<Environment>> readings() {
        return Map.of(
                "gateway.policy", values -> new GatewaySettings(values).policy(),
                "gateway.limits", values -> new GatewaySettings(values).requireLimits());
    }

    @Override
    public Running start(ServiceSettings settings) {
        ApplicationContext context = Contexts.open(NAME, GatewayApplication.class, settings);
        try {
            return open(context);
        } catch (RuntimeException failure) {
            context.close();
            throw failure;
        }
    }

    private static Running open(ApplicationContext context) {
        GatewaySettings keys = context.getBean(GatewaySettings.class);
        OpenDoors.requireLoopback(keys, context.getBean(Callers.class));
        ModelCatalogue catalogue = context.getBean(ModelCatalogue.class);
        catalogue.refresh();
        OfferedModels.warnOfMissing(context.getBean(Policy.class), catalogue);
        catalogue.refreshEvery(keys.span("catalogue.refresh"));
        GrpcServer server = server(context, keys);
        try {
            WarmUp.warm(context.getBean(Completions.class));
            HttpDoor door = context.getBean(HttpDoor.class);
            door.open();
            server.setServing(true);
            return new RunningGateway(context, server, door, keys.text("http.host"));
        } catch (RuntimeException failure) {
            server.close();
            throw failure;
        }
    }

    private static GrpcServer server(ApplicationContext context, GatewaySettings keys) {
        PeerChannels channels = context.getBean(PeerChannels.class);
        GrpcServerBuilder builder = GrpcServer.builder(NAME)
                .listen(GatewaySettings.words(keys.text("grpc.listen")))
                .portHint("Use --grpc-port, or `millrace down` if that is a Millrace")
                .instruments(context.getBean(Telemetry.class))
                .publicDoor(keys.span("grpc.request-limit"))
                .connections(keys.connectionLimits())
                .intercept(new KeyHeader())
                .intercept(new MessageRoom(context.getBean(PromptRoom.class)))
                .service(context.getBean(GatewayGrpcService.class));
        PublicMethods.of(
                        context.getBean(Callers.class),
                        channels.classifier(),
                        channels.billing(),
                        channels.localInference())
                .forEach(builder::service);
        return builder.start();
    }
}
