package dev.millrace.rpc;

import io.grpc.Status.Code;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Names the statuses that carry no reason of their own, because grpc-java or a sidecar made them: the only such table. */
public enum TransportReason {
    /** No connection, or the instance refused before it took the call: another instance may. */
    BACKEND_UNREACHABLE,
    /** The backend vanished while it worked. */
    BACKEND_LOST,
    HOP_DEADLINE_EXCEEDED,
    CALL_CANCELLED,
    REQUEST_TOO_LARGE,
    CAPACITY_EXHAUSTED,
    NOT_YET_SERVED,
    /** A sidecar's policy forbids this caller the method. */
    PEER_FORBIDDEN,
    KEY_INVALID,
    /** The caller holds the connection and reads nothing. */
    READER_STALLED,
    UNEXPECTED;

    /** Who vouches for these reasons in an ErrorInfo. */
    public static final String DOMAIN = "rpc.millrace.dev";

    /** The first row whose code is equal and whose fragment the description contains. */
    private static final List<Row> TABLE = List.of(
            new Row(Code.UNAVAILABLE, "", BACKEND_UNREACHABLE),
            new Row(Code.INTERNAL, "RST_STREAM", BACKEND_LOST),
            new Row(Code.INTERNAL, "Received unexpected EOS", BACKEND_LOST),
            new Row(Code.INTERNAL, "stream ended", BACKEND_LOST),
            new Row(Code.INTERNAL, "reset", BACKEND_LOST),
            new Row(Code.CANCELLED, "RST_STREAM", BACKEND_LOST),
            new Row(Code.CANCELLED, "", CALL_CANCELLED),
            new Row(Code.DEADLINE_EXCEEDED, "", HOP_DEADLINE_EXCEEDED),
            new Row(Code.RESOURCE_EXHAUSTED, "exceeds maximum size", REQUEST_TOO_LARGE),
            new Row(Code.RESOURCE_EXHAUSTED, "Compressed gRPC message exceeds", REQUEST_TOO_LARGE),
            new Row(Code.RESOURCE_EXHAUSTED, "Decompressed gRPC message exceeds", REQUEST_TOO_LARGE),
            new Row(Code.RESOURCE_EXHAUSTED, "", CAPACITY_EXHAUSTED),
            new Row(Code.UNIMPLEMENTED, "", NOT_YET_SERVED),
            new Row(Code.PERMISSION_DENIED, "", PEER_FORBIDDEN),
            new Row(Code.UNAUTHENTICATED, "", KEY_INVALID));

    static TransportReason of(Code code, String description) {
        return TABLE.stream()
                .filter(row -> row.code == code && description.contains(row.fragment))
                .map(Row::reason)
                .findFirst()
                .orElse(UNEXPECTED);
    }

    /** A fault that the transport's side of a service speaks of, with no more details than these. */
    Fault fault(Code code, String message) {
        return new Fault(code, DOMAIN, name(), message, Map.of(), Optional.empty(), List.of(), false);
    }

    private record Row(Code code, String fragment, TransportReason reason) {}
}
