package dev.millrace.mesh.envoy;

import java.util.ArrayList;
import java.util.List;

/** What a sidecar says by itself where no gateway answers an HTTP call: an error in the form that callers of the door can read. */
final class Unanswered {
    /** On an HTTP answer that the sidecar made because it could not reach the service: nothing was done. */
    static final String UNREACHED_HEADER = "x-millrace-unreached";

    private static final List<String> UNREACHED = List.of("UF", "UH", "UO");
    private static final List<String> BROKEN = List.of("UC", "UR", "URX", "LR", "UT", "UPE");
    private static final String BODY = """
            {"error":{"message":"no gateway answered: the one that took this call ended, or none runs. millrace ps shows them; ask \
            again in a moment","type":"api_error","param":null,"code":"gateway_unavailable","millrace":{"reason":"GATEWAY_UNAVAILABLE"}}}
            """;

    private Unanswered() {}

    /** In front of the service: marks calls that it never got, which an HTTP caller could not tell from its own answers. */
    static Tree besideService() {
        return mappers(unreached(), inWords(answer(BROKEN)));
    }

    /** At the outer door, whose callers over gRPC have a status instead. */
    static Tree atTheDoor() {
        List<String> all = new ArrayList<>(UNREACHED);
        all.addAll(BROKEN);
        Tree grpc = Tree.of("name", "content-type").and("string_match", Tree.of("prefix", "application/grpc"));
        Tree filter = Tree.of(
                "and_filter",
                Tree.of(
                        "filters",
                        List.of(
                                flags(all),
                                Tree.of(
                                        "header_filter",
                                        Tree.of(
                                                "header",
                                                grpc.and("invert_match", true)
                                                        .and("treat_missing_header_as_empty", true))))));
        return mappers(inWords(Tree.of("filter", filter)));
    }

    /** For a door of gRPC alone: the mark without words. */
    static Tree marked() {
        return mappers(mark(answer(UNREACHED)));
    }

    private static Tree mappers(Tree... each) {
        return Tree.of("mappers", List.of(each));
    }

    private static Tree unreached() {
        return inWords(mark(answer(UNREACHED)));
    }

    private static Tree answer(List<String> flags) {
        return Tree.of("filter", flags(flags));
    }

    private static Tree flags(List<String> flags) {
        return Tree.of("response_flag_filter", Tree.of("flags", flags));
    }

    private static Tree mark(Tree mapper) {
        return mapper.and(
                "headers_to_add",
                List.of(Tree.of("header", Tree.of("key", UNREACHED_HEADER).and("value", "1"))
                        .and("append_action", "OVERWRITE_IF_EXISTS_OR_ADD")));
    }

    private static Tree inWords(Tree mapper) {
        return mapper.and(
                "body_format_override",
                Tree.of("text_format_source", Tree.of("inline_string", BODY)).and("content_type", "application/json"));
    }
}
