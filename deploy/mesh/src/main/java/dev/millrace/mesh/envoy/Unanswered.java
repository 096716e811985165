package dev.millrace.mesh.envoy;

import java.util.List;

/**
 * What a sidecar says by itself where a service does not answer: to a caller over HTTP an error in the form that callers of the
 * door can read, and in every case whether the service may have begun with the call.
 */
final class Unanswered {
    /** On an HTTP answer that the sidecar made because it could not reach the service: nothing was done. */
    static final String UNREACHED_HEADER = "x-millrace-unreached";

    /** On an answer that the sidecar made because the service ended with the call in its hands: it may have been done. */
    static final String LOST_HEADER = "x-millrace-lost";

    private static final int DEADLINE_EXCEEDED = 4;
    private static final int INTERNAL = 13;

    private static final String UNCONNECTED = "UF";
    private static final List<String> UNREACHED = List.of(UNCONNECTED, "UH", "UO");
    private static final List<String> LOST = List.of("UC", "UPE");
    private static final List<String> BROKEN = List.of("UC", "UR", "URX", "LR", "UT", "UPE");
    /** Silent for too long, or too long in all: the service has the call in its hands. */
    private static final List<String> LATE = List.of("SI", "DT");

    /** For the libraries of the API: nothing was done, so that nothing is done or paid twice. */
    private static final Tree MAY_BE_REPEATED = header("x-should-retry", "true");

    private static final String BODY = """
            {"error":{"message":"no gateway answered: the one that took this call ended, or none runs. millrace ps shows them, \
            millrace logs gateway why one ended; ask again in a moment","type":"api_error","param":null,"code":"gateway_unavailable",\
            "millrace":{"reason":"GATEWAY_UNAVAILABLE"}}}
            """;

    private static final String LATE_BODY = """
            {"error":{"message":"the gateway did not answer in the time that the mesh's policy gives a call (calls.deadline, \
            calls.silent-at-most). It may have begun: millrace usage shows what was charged","type":"api_error","param":null,\
            "code":"deadline_exceeded","millrace":{"reason":"HOP_DEADLINE_EXCEEDED"}}}
            """;

    private Unanswered() {}

    /** In front of the service: marks calls that it never got, which an HTTP caller could not tell from its own answers. */
    static Tree besideService() {
        return mappers(unreached(), inWords(answer(BROKEN), BODY), inWords(answer(LATE), LATE_BODY));
    }

    /** At the outer door, whose callers over gRPC have a status instead. */
    static Tree atTheDoor() {
        return mappers(
                inWords(overHttp(UNREACHED).and("headers_to_add", List.of(MAY_BE_REPEATED)), BODY),
                inWords(overHttp(BROKEN), BODY),
                lost(),
                inWords(overHttp(LATE), LATE_BODY),
                lateForPages());
    }

    private static Tree overHttp(List<String> flags) {
        Tree grpc = Tree.of("name", "content-type").and("string_match", Tree.of("prefix", "application/grpc"));
        Tree other = Tree.of(
                "header_filter",
                Tree.of("header", grpc.and("invert_match", true).and("treat_missing_header_as_empty", true)));
        return Tree.of("filter", Tree.of("and_filter", Tree.of("filters", List.of(flags(flags), other))));
    }

    /** For a door of gRPC alone: marks without words. */
    static Tree marked() {
        return mappers(answer(UNREACHED).and("headers_to_add", List.of(header(UNREACHED_HEADER, "1"))), lost(), late());
    }

    /** For calls of one's own service to others. */
    static Tree onTheWayOut() {
        return mappers(lost(), late(), unconnected());
    }

    /** With why no connection could be made, such as a certificate that is not taken: Envoy tells nobody else by itself. */
    private static Tree unconnected() {
        return answer(List.of(UNCONNECTED))
                .and(
                        "body_format_override",
                        Tree.of(
                                "text_format_source",
                                Tree.of("inline_string", "%LOCAL_REPLY_BODY%: %UPSTREAM_TRANSPORT_FAILURE_REASON%")));
    }

    /**
     * UNAVAILABLE would say that nothing was done, which every sidecar on the way may try again: a call that broke in the middle
     * is told as one that broke between the sidecars is.
     */
    private static Tree lost() {
        return answer(LOST)
                .and(
                        "headers_to_add",
                        List.of(header(LOST_HEADER, "1"), header("grpc-status", Integer.toString(INTERNAL))));
    }

    /** By the name that every other end of time has, and without the mark of a lost call: nobody is to try it again. */
    private static Tree late() {
        return answer(LATE).and("headers_to_add", List.of(header("grpc-status", Integer.toString(DEADLINE_EXCEEDED))));
    }

    /** The same for callers over gRPC-Web as well, of whose status the filter would make another one by code and body. */
    private static Tree lateForPages() {
        return answer(LATE)
                .and(
                        "headers_to_add",
                        List.of(
                                header("grpc-status", Integer.toString(DEADLINE_EXCEEDED)),
                                header(
                                        "grpc-message",
                                        "the gateway did not answer in the time that the mesh's policy gives a call; it may have"
                                                + " begun")))
                .and("status_code", 200)
                .and(
                        "body_format_override",
                        Tree.of("text_format_source", Tree.of("inline_string", ""))
                                .and("content_type", "application/grpc-web+proto"));
    }

    private static Tree mappers(Tree... each) {
        return Tree.of("mappers", List.of(each));
    }

    private static Tree unreached() {
        return inWords(
                answer(UNREACHED).and("headers_to_add", List.of(header(UNREACHED_HEADER, "1"), MAY_BE_REPEATED)), BODY);
    }

    private static Tree answer(List<String> flags) {
        return Tree.of("filter", flags(flags));
    }

    private static Tree flags(List<String> flags) {
        return Tree.of("response_flag_filter", Tree.of("flags", flags));
    }

    private static Tree header(String name, String value) {
        return Tree.of("header", Tree.of("key", name).and("value", value))
                .and("append_action", "OVERWRITE_IF_EXISTS_OR_ADD");
    }

    private static Tree inWords(Tree mapper, String body) {
        return mapper.and(
                "body_format_override",
                Tree.of("text_format_source", Tree.of("inline_string", body)).and("content_type", "application/json"));
    }
}
