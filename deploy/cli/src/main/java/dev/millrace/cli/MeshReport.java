package dev.millrace.cli;

import dev.millrace.cli.ServiceState.Condition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Adds to what services answered what the supervisor of their mesh says of each instance: an answer is that of one instance,
 * and what the gateway tells of backends may be what they said last.
 */
final class MeshReport {
    /** {@code billing-1}; what belongs to no service, such as {@code consul-template}, has no number. */
    private static final Pattern INSTANCE = Pattern.compile("(.+)-[0-9]+");

    private static final String PASSING = "passing";
    /** What Consul's checks say; the supervisor has words of its own for what Consul does not tell. */
    private static final Set<String> CHECKED = Set.of(PASSING, "warning", "critical");

    /** Consul is away, or is back and has not heard of it yet. */
    private static final Set<String> NOT_TOLD = Set.of("unknown", "not registered");

    private static final String RUNNING = "running";

    private final Map<String, Map<String, String>> instances = new LinkedHashMap<>();
    private final List<ServiceState> others = new ArrayList<>();
    private final boolean checked;
    private final String see;

    /** @param see where to read on */
    private MeshReport(Map<String, String> processes, String see) {
        this.checked = processes.values().stream().anyMatch(CHECKED::contains);
        this.see = see;
        processes.forEach(this::add);
    }

    /** The answers as they are where there is no mesh. */
    static List<ServiceState> with(List<ServiceState> answers, Connection connection) {
        try {
            return new MeshReport(connection.processes(), "see `" + connection.typed("ps") + "`").join(answers);
        } catch (IllegalStateException silent) {
            ServiceState mesh = new ServiceState("mesh", false, String.valueOf(silent.getMessage()));
            return Stream.concat(answers.stream(), Stream.of(mesh)).toList();
        }
    }

    private void add(String name, String health) {
        Matcher instance = INSTANCE.matcher(name);
        if (instance.matches()) {
            instances
                    .computeIfAbsent(instance.group(1), service -> new LinkedHashMap<>())
                    .put(name, health);
        } else if (!health.equals(RUNNING)) {
            others.add(new ServiceState(name, Condition.DEGRADED, health + ": " + see));
        }
    }

    private List<ServiceState> join(List<ServiceState> answers) {
        return Stream.concat(answers.stream().map(this::withInstances), others.stream())
                .toList();
    }

    private ServiceState withInstances(ServiceState answer) {
        Map<String, String> own = instances.getOrDefault(answer.service(), Map.of());
        if (own.isEmpty()) {
            return answer;
        }
        long passing = own.values().stream().filter(PASSING::equals).count();
        String counted = passing + " of " + own.size() + " instances pass";
        if (passing == own.size()) {
            return new ServiceState(answer.service(), answer.condition(), answer.detail() + "; " + counted);
        }
        Condition condition = passing > 0 || isNotTold(own) ? Condition.DEGRADED : Condition.FAILING;
        String which = own.entrySet().stream()
                .filter(instance -> !instance.getValue().equals(PASSING))
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue,
                        LinkedHashMap::new,
                        Collectors.mapping(Map.Entry::getKey, Collectors.joining(" and "))))
                .entrySet()
                .stream()
                .map(same -> same.getValue() + said(same.getKey()))
                .collect(Collectors.joining(", "));
        return new ServiceState(
                answer.service(),
                condition.compareTo(answer.condition()) > 0 ? condition : answer.condition(),
                counted + ": " + which + ", " + see + "; last answer: " + answer.detail());
    }

    /** One word, or what its sidecar has to say. */
    private static String said(String health) {
        return (health.contains(": ") ? ": " : " is ") + health;
    }

    /** While Consul is away, nothing is known of instances that may well answer. */
    private boolean isNotTold(Map<String, String> own) {
        return !checked && own.values().stream().anyMatch(NOT_TOLD::contains);
    }
}
