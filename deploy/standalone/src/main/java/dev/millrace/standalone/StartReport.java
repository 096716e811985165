package dev.millrace.standalone;

import dev.millrace.mesh.command.MeshUp;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.ServiceProcess;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What {@code up} says while it starts: a line a service, then the addresses, a question to ask, where things lie. */
final class StartReport {
    private static final String END = MeshUp.END;

    private static final String QUESTION = "What are your opening hours?";
    private static final List<String> DOORS = List.of("gateway.grpc", "gateway.http");
    private final PrintStream out;
    private final Map<String, URI> addresses = new HashMap<>();

    StartReport(PrintStream out) {
        this.out = out;
    }

    void healthy(ServiceProcess.Started started) {
        out.printf(
                Locale.ROOT,
                "  %-16s %s  %.1f s   %s%n",
                started.name(),
                started.running().healthy() ? "healthy" : "FAILING",
                started.took().toMillis() / 1000.0,
                started.running().healthLine());
        started.running().addresses().stream()
                .filter(address -> !"inprocess".equals(address.getScheme()))
                .forEach(address -> addresses.put(
                        started.name() + ("http".equals(address.getScheme()) ? ".http" : ".grpc"), address));
    }

    /** What the run file says of this process, which must have both doors: whoever reads it takes it for ready. */
    Home.Run run(Path configFile) {
        DOORS.forEach(this::address);
        return new Home.Run(ProcessHandle.current().pid(), configFile, addresses);
    }

    /** The address of a door of the gateway, which has started. */
    URI address(String door) {
        return Optional.ofNullable(addresses.get(door))
                .orElseThrow(() -> new IllegalStateException(door
                        + " has no address: nobody could reach it. Let gateway.grpc.listen name a tcp://host:port"));
    }

    /** @param chat the command that asks a prompt, as it can be typed */
    void ready(Home home, String chat) {
        long upMillis = ManagementFactory.getRuntimeMXBean().getUptime();
        out.printf(Locale.ROOT, "all healthy after %.1f s%n", upMillis / 1000.0);
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
