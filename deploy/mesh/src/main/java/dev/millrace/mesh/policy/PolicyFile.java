package dev.millrace.mesh.policy;

import dev.millrace.mesh.policy.Policy.Breakers;
import dev.millrace.mesh.policy.Policy.Connections;
import dev.millrace.mesh.policy.Policy.Edge;
import dev.millrace.mesh.policy.Policy.Ejection;
import dev.millrace.mesh.policy.Policy.Permission;
import dev.millrace.mesh.policy.Policy.Retries;
import dev.millrace.mesh.policy.Policy.Route;
import dev.millrace.mesh.policy.Policy.Service;
import dev.millrace.mesh.policy.Policy.Share;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.DataSize;
import dev.millrace.runtime.Durations;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** Reads {@code policy.yaml}; the first mistake stops, named with its key and line. */
public final class PolicyFile {
    private static final Pattern HOST = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+]");

    private static final Pattern SHARE = Pattern.compile("(100(\\.0{1,4})?|[0-9]{1,2}(\\.[0-9]{1,4})?) ?%");

    /** From per cent. */
    private static final int DIGITS_OF_MILLIONTHS = 4;

    /** What a sidecar can be told to try again. */
    private static final Set<String> CONDITIONS = Set.of(
            "connect-failure",
            "refused-stream",
            "unavailable",
            "reset-before-request",
            "reset",
            Policy.LOST,
            "resource-exhausted",
            "retriable-headers",
            "cancelled",
            "internal",
            "deadline-exceeded");

    private PolicyFile() {}

    public static Policy read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (IOException failure) {
            throw new ConfigurationFault(List.of(file + " cannot be read: " + failure));
        }
    }

    /** Reads a policy's text; {@code file} names it in complaints. */
    public static Policy parse(String file, String text) {
        Node root;
        try {
            root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
        } catch (MarkedYAMLException broken) {
            throw new ConfigurationFault(List.of("not YAML: " + broken.getProblem() + "   in " + file + " line "
                    + (broken.getProblemMark().getLine() + 1)));
        }
        if (root == null) {
            throw new ConfigurationFault(List.of(file + " is empty (expected: a policy)"));
        }
        Fields fields = Fields.of(file, "", root)
                .expect("version", "connections", "breakers", "ejection", "retries", "traces", "services", "edge");
        Retries retries = retries(fields.section("retries").expect(Retries.class));
        Policy policy = new Policy(
                fields.text("version"),
                connections(fields.section("connections").expect(Connections.class)),
                breakers(fields.section("breakers").expect(Breakers.class)),
                ejection(fields.section("ejection").expect(Ejection.class)),
                retries,
                newTraces(fields.section("traces")),
                fields.section("services")
                        .all((section, name) -> service(section.section(name).expect(Service.class), retries)),
                edge(fields.section("edge").expect(Edge.class), retries));
        fields.end();
        return policy;
    }

    private static Connections connections(Fields fields) {
        Connections read = new Connections(
                fields.value("connect-within", Durations::parse),
                fields.value("warms-up-for", Durations::parse),
                fields.value("stream-window", DataSize::parse),
                fields.value("connection-window", DataSize::parse),
                fields.value("request-buffer", DataSize::parse),
                fields.value("buffer", DataSize::parse),
                fields.value("keepalive", Durations::parse),
                fields.value("keepalive-answer", Durations::parse),
                fields.value("idle-at-most", Durations::parse),
                fields.value("lives-at-most", Durations::parse),
                fields.value("longest-call", Durations::parse));
        fields.end();
        return read;
    }

    private static Breakers breakers(Fields fields) {
        Breakers read = new Breakers(
                fields.number("connections"),
                fields.number("pending"),
                fields.number("requests"),
                fields.number("retries-percent"),
                fields.number("retries-min"));
        fields.end();
        return read;
    }

    private static Ejection ejection(Fields fields) {
        Ejection read = new Ejection(
                fields.number("failures"),
                fields.number("gateway-failures"),
                fields.number("unreachable"),
                fields.value("looked-at-every", Durations::parse),
                fields.value("at-least", Durations::parse),
                fields.value("at-most", Durations::parse),
                fields.number("percent-max"));
        fields.end();
        return read;
    }

    private static Retries retries(Fields fields) {
        Retries read = new Retries(
                fields.number("tries"),
                fields.value("pause-min", Durations::parse),
                fields.value("pause-max", Durations::parse),
                fields.section("kinds").all(PolicyFile::conditions));
        fields.end();
        return read;
    }

    private static Share newTraces(Fields fields) {
        Share read = fields.value("of-new", PolicyFile::share);
        fields.end();
        return read;
    }

    private static Share share(String text) {
        if (!SHARE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" (expected: 0 % to 100 %, with at most four decimals, such as 12.5 %)");
        }
        String percent = text.substring(0, text.length() - 1).strip();
        return new Share(
                new BigDecimal(percent).movePointRight(DIGITS_OF_MILLIONTHS).intValueExact());
    }

    private static List<String> conditions(Fields kinds, String name) {
        List<String> conditions = kinds.texts(name);
        for (String condition : conditions) {
            if (!CONDITIONS.contains(condition)) {
                throw kinds.wrong(name + " names \"" + condition + "\" (expected: some of "
                        + CONDITIONS.stream().sorted().toList() + ")");
            }
        }
        return conditions;
    }

    private static Service service(Fields fields, Retries retries) {
        Service read = new Service(
                fields.flag("by-model"),
                callers(fields.section("callers")),
                fields.list(
                        "routes",
                        (name, node) -> route(fields.section(name, node).expect(Route.class), retries)));
        fields.end();
        return read;
    }

    private static Map<String, List<Permission>> callers(Fields fields) {
        return fields.all((callers, caller) -> callers.list(caller, (name, node) -> permission(callers, name, node)));
    }

    private static Permission permission(Fields callers, String name, Node node) {
        if (!(node instanceof MappingNode)) {
            return new Permission(callers.read(name, node, text -> text), Optional.empty());
        }
        Fields fields = callers.section(name, node).expect(Permission.class);
        Permission read = new Permission(fields.text("methods"), fields.optionalText("needs"));
        fields.end();
        return read;
    }

    private static Route route(Fields fields, Retries retries) {
        Route read = new Route(fields.text("methods"), kind(fields, "retry", retries));
        fields.end();
        return read;
    }

    private static String kind(Fields fields, String key, Retries retries) {
        return fields.value(key, name -> {
            if (!retries.kinds().containsKey(name)) {
                throw new IllegalArgumentException("\"" + name + "\" (expected: one of "
                        + List.copyOf(retries.kinds().keySet()) + ")");
            }
            return name;
        });
    }

    private static Edge edge(Fields fields, Retries retries) {
        Edge read = new Edge(
                fields.list("allowed-hosts", (name, item) -> fields.read(name, item, PolicyFile::host)),
                fields.texts("allowed-origins"),
                kind(fields, "http-retry", retries),
                fields.texts("removed-headers"));
        fields.end();
        return read;
    }

    private static String host(String text) {
        if (!HOST.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: a name in small letters, without a port)");
        }
        return text;
    }
}
