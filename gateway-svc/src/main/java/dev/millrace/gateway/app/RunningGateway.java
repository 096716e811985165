package dev.millrace.gateway.app;

import dev.millrace.gateway.flow.Settlements;
import dev.millrace.gateway.flow.TurnLimit;
import dev.millrace.gateway.http.HttpDoor;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.runtime.MillraceService;
import io.micronaut.context.ApplicationContext;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A started gateway: its container and both doors, which it owns. */
record RunningGateway(ApplicationContext context, GrpcServer server, HttpDoor door, String httpHost)
        implements MillraceService.Running {

    private static final long POLL_NANOS = 20_000_000;
    private static final Duration TELLING = Duration.ofSeconds(2);

    @Override
    public List<URI> addresses() {
        URI http = URI.create("http://" + httpHost + ":" + door.port());
        return Stream.concat(server.addresses().stream(), Stream.of(http)).toList();
    }

    @Override
    public String healthLine() {
        Settlements settlements = context.getBean(Settlements.class);
        String lost = settlements.dropped() == 0 ? "" : ", " + settlements.dropped() + " settlements lost";
        String waiting =
                settlements.waiting() == 0 ? "" : ", " + settlements.waiting() + " settlements wait for billing";
        return "open on loopback, no key needed" + waiting + lost;
    }

    @Override
    public boolean healthy() {
        return context.isRunning() && server.isServing();
    }

    @Override
    public void leave() {
        server.setServing(false);
    }

    /**
     * The gRPC door takes no more calls at once; the HTTP door stays open while turns end, and says so to new ones. Streams that
     * would outlive the drain are cut at their backends shortly before, so that their callers are told and not just left.
     */
    @Override
    public void drain(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        TurnLimit turns = context.getBean(TurnLimit.class);
        PeerChannels channels = context.getBean(PeerChannels.class);
        turns.drain();
        Thread.ofVirtual().name("interrupt").start(() -> {
            if (!awaitTurns(turns, end - TELLING.toNanos())) {
                channels.interrupt();
            }
        });
        server.drain(atMost);
        awaitTurns(turns, end);
    }

    /** Whether all turns have ended in time. */
    private static boolean awaitTurns(TurnLimit turns, long end) {
        while (turns.running() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        return turns.running() == 0;
    }

    @Override
    public void close() {
        try (context) {
            server.close();
            door.close();
        }
    }
}
