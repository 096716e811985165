package dev.millrace.standalone;

import dev.millrace.cli.ServiceQuestions;
import dev.millrace.cli.ServiceState;
import dev.millrace.mesh.command.MeshUp;
import dev.millrace.rpc.Channels;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.ServiceProcess;
import io.grpc.ManagedChannel;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code up} says while it starts: a line a service, then the addresses, a question to ask, where things lie. Each service is
 * asked what {@code status} asks it, so that none is told to be healthy here which that command a moment later calls failing.
 */
final class StartReport {
    private static final String END = MeshUp.END;

    private static final String QUESTION = "What are your opening hours?";
    private static final String GATEWAY = "gateway";
    private static final List<String> DOORS = List.of("gateway.grpc", "gateway.http");
    private final PrintStream out;
    private final Map<String, URI> addresses = new HashMap<>();
    private final List<String> failing = new ArrayList<>();

    StartReport(PrintStream out) {
        this.out = out;
    }

    /** Tells of a service once it takes calls. */
    void started(ServiceProcess.Started started) {
        ServiceState state = ask(started);
        if (!state.works()) {
            failing.add(started.name());
        }
        out.printf(
                Locale.ROOT,
                "  %-16s %s  %.1f s   %s%n",
                started.name(),
                state.works() ? "healthy" : "FAILING",
                started.took().toMillis() / 1000.0,
                state.works() ? started.running().healthLine() : state.detail());
        started.running().addresses().stream()
                .filter(address -> !"inprocess".equals(address.getScheme()))
                .forEach(address -> addresses.put(
                        started.name() + ("http".equals(address.getScheme()) ? ".http" : ".grpc"), address));
    }

    /** The gateway's answer is made of what the others have just said: a first connection to it would only make the start longer. */
    private static ServiceState ask(ServiceProcess.Started started) {
        MillraceService.Running running = started.running();
        URI door = running.addresses().getFirst();
        if (started.name().equals(GATEWAY) || !"inprocess".equals(door.getScheme())) {
            return new ServiceState(started.name(), running.healthy(), running.healthLine());
        }
        ManagedChannel channel = Channels.open(door.toString());
        try {
            return ServiceQuestions.atOwnDoor(started.name(), channel);
        } finally {
            channel.shutdownNow();
        }
    }

    /** What the run file says of this process, which must have both doors: whoever reads it takes it for ready. */
    Home.Run run(Path configFile) {
        DOORS.forEach(this::address);
        return new Home.Run(ProcessHandle.current().pid(), configFile, addresses, failing);
    }

    /** The address of a door of the gateway, which has started. */
    URI address(String door) {
        return Optional.ofNullable(addresses.get(door))
                .orElseThrow(() -> new IllegalStateException(door
                        + " has no address: nobody could reach it. Let gateway.grpc.listen name a tcp://host:port"));
    }

    /** @param chat the command that asks a prompt, as it can be typed */
    void ready(Home home, String chat) {
        double upSeconds = ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0;
        out.println(
                failing.isEmpty()
                        ? String.format(Locale.ROOT, "all healthy after %.1f s", upSeconds)
                        : String.format(
                                Locale.ROOT,
                                "not all healthy after %.1f s: %s FAILING, for which see above why and what to do; the rest is served",
                                upSeconds,
                                String.join(" and ", failing)));
        URI http = address("gateway.http");
        out.printf(
                "gRPC %s    HTTP %s    logs %s    data %s%n",
                address("gateway.grpc").getAuthority(), http, home.logs(), home.root());
        out.printf("Ask:  %s \"%s\"%n", chat, QUESTION);
        out.printf(
                "      curl -N %s/v1/chat/completions -d '{\"model\":\"auto\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}'%n",
                http, QUESTION);
        out.println(END);
        out.flush();
    }
}
