package dev.millrace.mesh.envoy;

import dev.millrace.mesh.policy.Policy;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps web pages from calling through the outer door. A page whose own name was made to lead here still calls under that
 * name, and a page of another origin says so: names and origins that nobody listed are refused.
 */
final class Admission {
    private static final List<String> OF_THIS_MACHINE = List.of("localhost", "127.0.0.1", "[::1]");
    private static final int FORBIDDEN = 403;

    private final Policy.Edge edge;

    Admission(Policy.Edge edge) {
        this.edge = edge;
    }

    /** The names under which the door may be called, with any port. */
    List<String> domains() {
        return names().flatMap(name -> Stream.of(name, name + ":*")).toList();
    }

    private Stream<String> names() {
        return Stream.concat(OF_THIS_MACHINE.stream(), edge.allowedHosts().stream())
                .distinct();
    }

    /** Takes what is called by any other name. */
    static Tree strangeHost() {
        return Tree.of("name", "strange-host")
                .and("domains", List.of("*"))
                .and(
                        "routes",
                        List.of(refuse(
                                Tree.of("prefix", "/"),
                                "host: may not be called by this name (expected: localhost or 127.0.0.1; edge.allowed-hosts of"
                                        + " the mesh's policy adds names)\n")));
    }

    /** Goes before the route of the same prefix; a call without an origin comes from no page. */
    Tree strangeOrigin(String prefix) {
        return refuse(
                Tree.of("prefix", prefix)
                        .and(
                                "headers",
                                List.of(
                                        Tree.of("name", "origin").and("present_match", true),
                                        Tree.of("name", "origin")
                                                .and("string_match", knownOrigin())
                                                .and("invert_match", true))),
                "origin: may not call (edge.allowed-origins of the mesh's policy adds origins)\n");
    }

    /** The origins whose pages may call: those of this machine, and those that the policy lists. */
    Tree knownOrigin() {
        String doors = names().map(Pattern::quote).collect(Collectors.joining("|", "https?://(", ")(:[0-9]+)?"));
        String regex = Stream.concat(
                        Stream.of(doors), edge.allowedOrigins().stream().map(Pattern::quote))
                .collect(Collectors.joining("|"));
        return Tree.of("safe_regex", Tree.of("regex", regex));
    }

    private static Tree refuse(Tree match, String words) {
        return Tree.of("match", match)
                .and("direct_response", Tree.of("status", FORBIDDEN).and("body", Tree.of("inline_string", words)));
    }
}
