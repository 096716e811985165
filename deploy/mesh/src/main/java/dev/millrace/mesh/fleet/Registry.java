package dev.millrace.mesh.fleet;

import dev.millrace.discovery.ConsulAgent;
import dev.millrace.discovery.ConsulFault;
import dev.millrace.mesh.Folders;
import dev.millrace.mesh.discovery.InstanceLists;
import dev.millrace.mesh.process.Child;
import dev.millrace.mesh.process.Kept;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.mesh.process.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The mesh's Consul, one server on this machine, and the consul-template that tells sidecars what it knows. */
final class Registry {
    private static final Duration LEADER_WITHIN = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * Every change of an instance renders all lists, and where many die at once their prompts move at the same moment. They go
     * first, within limits: what an instance that leaves has said must reach the sidecars before it ends.
     */
    private static final int TEMPLATE_NICE = 5;

    /** On one core, and with less care for its memory, which is small: a quarter of a rendering was the collection of garbage. */
    private static final Map<String, String> TEMPLATE_ENVIRONMENT = Map.of("GOMAXPROCS", "1", "GOGC", "400");

    private final Kept consul;
    private final Kept template;

    private Registry(Kept consul, Kept template) {
        this.consul = consul;
        this.template = template;
    }

    /** Starts both; returns once Consul has elected itself. */
    static Registry start(
            Folders folders,
            Ports ports,
            Programs programs,
            InstanceLists lists,
            List<String> services,
            ConsulAgent agent,
            Leftovers leftovers)
            throws IOException {
        Path binary = programs.installed("consul");
        Path templates = programs.installed("consul-template");
        Path configuration =
                Files.writeString(folders.rendered().resolve("consul.json"), configuration(folders, ports));
        Kept consul = Kept.start(() -> leftovers.start(
                "consul",
                List.of(binary.toString(), "agent", "-config-file=" + configuration),
                Map.of(),
                folders.log("consul")));
        try {
            awaitLeader(consul, agent);
            Path template = lists.write(services, "127.0.0.1:" + ports.consulHttp());
            return new Registry(
                    consul,
                    Kept.start(() -> leftovers.start(
                            "consul-template",
                            Child.after(TEMPLATE_NICE, List.of(templates.toString(), "-config", template.toString())),
                            TEMPLATE_ENVIRONMENT,
                            folders.log("consul-template"))));
        } catch (RuntimeException | IOException failure) {
            consul.stop(PATIENCE);
            throw failure;
        }
    }

    private static String configuration(Folders folders, Ports ports) {
        return """
                {
                  "server": true, "bootstrap_expect": 1, "node_name": "millrace", "datacenter": "millrace",
                  "data_dir": "%s", "bind_addr": "127.0.0.1", "client_addr": "127.0.0.1", "log_level": "warn",
                  "ports": {"http": %d, "server": %d, "serf_lan": %d, "serf_wan": -1, "dns": -1, "grpc": -1, "grpc_tls": -1},
                  "performance": {"raft_multiplier": 1}, "disable_update_check": true, "leave_on_terminate": false,
                  "connect": {"enabled": false}, "ui_config": {"enabled": false}
                }
                """.formatted(folders.consulData(), ports.consulHttp(), ports.consulServer(), ports.consulGossip());
    }

    private static void awaitLeader(Kept consul, ConsulAgent agent) {
        long end = System.nanoTime() + LEADER_WITHIN.toNanos();
        String last = "it has no leader";
        while (System.nanoTime() < end) {
            if (!consul.child().isAlive()) {
                throw new IllegalStateException(
                        "consul ended: " + consul.child().lastWords() + "   log "
                                + consul.child().log());
            }
            try {
                if (!agent.leader().isEmpty()) {
                    return;
                }
            } catch (ConsulFault notYet) {
                last = String.valueOf(notYet.getMessage());
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", interrupted);
            }
        }
        throw new IllegalStateException("consul is not ready after " + LEADER_WITHIN.toSeconds() + " s: " + last);
    }

    Kept consul() {
        return consul;
    }

    Kept template() {
        return template;
    }

    void stop() {
        template.interrupt(PATIENCE);
        consul.stop(PATIENCE);
    }
}
