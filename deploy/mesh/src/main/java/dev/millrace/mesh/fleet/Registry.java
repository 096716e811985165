package dev.millrace.mesh.fleet;

import dev.millrace.discovery.ConsulAgent;
import dev.millrace.discovery.ConsulFault;
import dev.millrace.mesh.Folders;
import dev.millrace.mesh.process.Child;
import dev.millrace.mesh.process.Kept;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.mesh.process.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The mesh's Consul, one server on this machine, and the consul-template that tells sidecars what it knows. */
final class Registry {
    private static final String HOST = "127.0.0.1";
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

    /**
     * Starts both; returns once Consul has elected itself.
     *
     * @param lists the configuration files of consul-template
     */
    static Registry start(
            Folders folders,
            Ports ports,
            Programs programs,
            Path configuration,
            List<Path> lists,
            ConsulAgent agent,
            Leftovers leftovers) {
        List<String> consulCommand = consul(programs.installed("consul"), configuration, folders.consulData(), ports);
        List<String> templateCommand = template(programs.installed("consul-template"), lists, ports);
        Kept consul = Kept.start(() -> leftovers.start("consul", consulCommand, Map.of(), folders.log("consul")));
        try {
            awaitLeader(consul, agent);
            return new Registry(
                    consul,
                    Kept.start(() -> leftovers.start(
                            "consul-template",
                            Child.after(TEMPLATE_NICE, templateCommand),
                            TEMPLATE_ENVIRONMENT,
                            folders.log("consul-template"))));
        } catch (RuntimeException failure) {
            consul.stop(PATIENCE);
            throw failure;
        }
    }

    private static List<String> consul(Path program, Path configuration, Path data, Ports ports) {
        return List.of(
                program.toString(),
                "agent",
                "-config-file=" + configuration,
                "-data-dir=" + data,
                "-bind=" + HOST,
                "-client=" + HOST,
                "-http-port=" + ports.consulHttp(),
                "-server-port=" + ports.consulServer(),
                "-serf-lan-port=" + ports.consulGossip());
    }

    private static List<String> template(Path program, List<Path> lists, Ports ports) {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.add("-consul-addr=" + HOST + ":" + ports.consulHttp());
        lists.forEach(file -> command.add("-config=" + file));
        return command;
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
