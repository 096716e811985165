package dev.millrace.mesh.policy;

import dev.millrace.mesh.policy.Policy.Edge;
import dev.millrace.mesh.policy.Policy.Permission;
import dev.millrace.mesh.policy.Policy.Route;
import dev.millrace.mesh.policy.Policy.Service;
import dev.millrace.mesh.policy.Policy.Share;
import dev.millrace.runtime.ConfigurationFault;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

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
            throw new ConfigurationFault(List.of("--policy: " + file + ": " + why(failure)
                    + " (expected: a file like the policy.yaml that ships, deploy/mesh/policy.yaml)"));
        }
    }

    private static String why(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "this user may not read it";
            case CharacterCodingException _ -> "it is no text in UTF-8";
            default -> String.valueOf(failure.getMessage());
        };
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
                .expect(
                        "version",
                        "connections",
                        "breakers",
                        "ejection",
                        "retries",
                        "calls",
                        "traces",
                        "services",
                        "edge");
        LimitSections limits = LimitSections.of(fields);
        Map<String, List<String>> kinds = limits.retries().section("kinds").all(PolicyFile::conditions);
        Policy policy = new Policy(
                fields.text("version"),
                limits.read(),
                kinds,
                newTraces(fields.section("traces")),
                fields.section("services")
                        .all((section, name) -> service(section.section(name), limits, kinds.keySet())),
                edge(fields.section("edge").expect(Edge.class), kinds.keySet()));
        fields.end();
        return policy;
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

    private static Service service(Fields fields, LimitSections defaults, Set<String> kinds) {
        fields.expect("by-model", "connections", "breakers", "ejection", "retries", "calls", "callers", "routes");
        boolean byModel = fields.flag("by-model");
        LimitSections limits = defaults.changedBy(fields);
        Service read = new Service(
                byModel,
                limits.read(),
                callers(fields.section("callers")),
                fields.list("routes", (name, node) -> route(fields.section(name, node, limits.calls()), kinds)));
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

    private static Route route(Fields fields, Set<String> kinds) {
        fields.expect("methods", "retry", "deadline", "silent-at-most");
        Route read = new Route(fields.text("methods"), kind(fields, "retry", kinds), LimitSections.calls(fields));
        fields.end();
        return read;
    }

    private static String kind(Fields fields, String key, Set<String> kinds) {
        return fields.value(key, name -> {
            if (!kinds.contains(name)) {
                throw new IllegalArgumentException("\"" + name + "\" (expected: one of " + List.copyOf(kinds) + ")");
            }
            return name;
        });
    }

    private static Edge edge(Fields fields, Set<String> kinds) {
        Edge read = new Edge(
                fields.list("allowed-hosts", (name, item) -> fields.read(name, item, PolicyFile::host)),
                fields.texts("allowed-origins"),
                kind(fields, "http-retry", kinds),
                fields.list("removed-headers", (name, item) -> fields.read(name, item, PolicyFile::header)));
        fields.end();
        return read;
    }

    private static String host(String text) {
        if (!HOST.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: a name in small letters, without a port)");
        }
        return text;
    }

    /** Without its name and its place a call would lead nowhere; Envoy refuses to remove them, but names neither key nor line. */
    private static String header(String text) {
        if (!HEADER.matcher(text).matches() || text.equalsIgnoreCase("host")) {
            throw new IllegalArgumentException(
                    "\"" + text
                            + "\" (expected: a header's name, such as x-millrace-tenant; neither host nor one that begins with a colon)");
        }
        return text;
    }
}
