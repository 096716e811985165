package dev.millrace.runtime;

import dev.millrace.rpc.GrpcServer;
import io.micronaut.context.ApplicationContext;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A started service that is one container and one gRPC server: what most services return from their start. It owns both.
 *
 * @param health the line that tells how it is, asked anew each time
 * @param known what peers choose it by, asked anew each time
 * @param readiness whether it can do its work
 */
public record RunningService(
        ApplicationContext context,
        GrpcServer server,
        Supplier<String> health,
        Supplier<Map<String, String>> known,
        Readiness readiness)
        implements MillraceService.Running {

    /** One that takes calls from now on until it leaves. */
    public RunningService(
            ApplicationContext context,
            GrpcServer server,
            Supplier<String> health,
            Supplier<Map<String, String>> known) {
        this(context, server, health, known, Readiness.always(server));
    }

    /** The same, and all its instances are alike. */
    public RunningService(ApplicationContext context, GrpcServer server, Supplier<String> health) {
        this(context, server, health, Map::of);
    }

    @Override
    public List<URI> addresses() {
        return server.addresses();
    }

    @Override
    public String healthLine() {
        return health.get();
    }

    @Override
    public boolean healthy() {
        return context.isRunning() && server.isServing();
    }

    @Override
    public Map<String, String> facts() {
        return known.get();
    }

    @Override
    public void leave() {
        readiness.close();
    }

    @Override
    public void drain(Duration atMost) {
        readiness.close();
        server.drain(atMost);
    }

    @Override
    public void close() {
        try (context) {
            readiness.close();
            server.close();
        }
    }
}
