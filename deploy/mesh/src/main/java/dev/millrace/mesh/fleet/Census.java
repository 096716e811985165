package dev.millrace.mesh.fleet;

import dev.millrace.discovery.ConsulAgent;
import dev.millrace.discovery.ConsulFault;
import dev.millrace.mesh.Folders;
import dev.millrace.mesh.Instance;
import dev.millrace.mesh.envoy.AdminSocket;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.process.Kept;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** How everything that runs is, asked of all at once. */
final class Census {
    /** What is said of an instance of which Consul was asked in vain. */
    private static final String UNKNOWN = "unknown";

    /** And of one that Consul has not heard of: it starts, or asks Consul again and again. */
    private static final String NOT_REGISTERED = "not registered";

    private final Folders folders;
    private final ConsulAgent agent;
    private final List<Program> programs = new ArrayList<>();

    private record Program(Kept kept, String ports, Probe probe, boolean judgedByConsul) {}

    Census(Folders folders, ConsulAgent agent) {
        this.folders = folders;
        this.agent = agent;
    }

    void add(Kept kept, String ports, Probe probe) {
        programs.add(new Program(kept, ports, probe, false));
    }

    void consul(Registry registry, String ports) {
        add(registry.consul(), ports, this::requireLeader);
    }

    private void requireLeader() throws ConsulFault, IOException {
        if (agent.leader().isEmpty()) {
            throw new IOException("it has no leader");
        }
    }

    /** It has no door at which it could be asked; what it writes can be judged only while Consul answers. */
    void template(Registry registry, List<String> services) {
        Rendering rendering = new Rendering(folders, agent);
        Probe probe = () -> {
            if (registry.template().child().isHalted()) {
                throw new IOException("halted by a signal");
            }
            for (String service : services) {
                rendering.requireFresh(service);
            }
        };
        programs.add(new Program(registry.template(), "", probe, true));
    }

    void edge(Kept kept, String ports) {
        add(kept, ports, envoy(Policy.EDGE, Policy.EDGE));
    }

    private Probe envoy(String id, String service) {
        return () -> {
            AdminSocket.requireReady(folders.admin(id));
            ShownCertificates.requireGood(folders, id, service);
        };
    }

    /** The programs in the order in which they were added, then the instances with their sidecars. */
    List<ProcessState> take(Fleet fleet) {
        List<Pair> pairs = List.copyOf(fleet.pairs());
        Map<String, Map<String, String>> health = new ConcurrentHashMap<>();
        List<Probe> probes = Stream.of(
                        programs.stream().map(Program::probe),
                        pairs.stream().map(Pair::instance).map(each -> envoy(each.id(), each.service())),
                        fleet.counts().keySet().stream().map(service ->
                                (Probe) () -> health.put(service, Health.of(service, agent))))
                .flatMap(each -> each)
                .toList();
        List<String> said = Probes.ask(probes);
        // It is the first of them.
        boolean consulAnswers = !said.isEmpty() && said.getFirst().equals(Probes.RUNNING);
        List<ProcessState> states = new ArrayList<>();
        for (int i = 0; i < programs.size(); i++) {
            Program program = programs.get(i);
            boolean cannotBeJudged = program.judgedByConsul() && said.get(i).equals(Probes.SILENT) && !consulAnswers;
            states.add(ProcessState.of(program.kept(), program.ports(), cannotBeJudged ? Probes.RUNNING : said.get(i)));
        }
        for (int i = 0; i < pairs.size(); i++) {
            Pair pair = pairs.get(i);
            states.add(ProcessState.of(pair, health(pair.instance(), health), said.get(programs.size() + i)));
        }
        return states;
    }

    private static String health(Instance instance, Map<String, Map<String, String>> told) {
        Map<String, String> service = told.get(instance.service());
        return service == null ? UNKNOWN : service.getOrDefault(instance.id(), NOT_REGISTERED);
    }
}
