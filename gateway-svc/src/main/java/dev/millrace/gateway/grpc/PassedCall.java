package dev.millrace.gateway.grpc;

import dev.millrace.gateway.Absence;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.rpc.Fault;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Map;
import java.util.Objects;

/**
 * One call that is passed on, at the pace of its reader: the next message is asked for only when the last one could be sent.
 * Each side's callbacks come one at a time; what both sides touch is guarded by this.
 */
final class PassedCall {

    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private final ServerCall<byte[], byte[]> caller;
    private final ClientCall<byte[], byte[]> onward;
    private final String peer;
    private boolean owesRequest;
    private boolean headersSent;

    private PassedCall(ServerCall<byte[], byte[]> caller, ClientCall<byte[], byte[]> onward, String peer) {
        this.caller = caller;
        this.onward = onward;
        this.peer = peer;
    }

    static ServerCall.Listener<byte[]> begin(
            ServerCall<byte[], byte[]> caller, ClientCall<byte[], byte[]> onward, String peer) {
        PassedCall passed = new PassedCall(caller, onward, peer);
        onward.start(passed.new Answers(), new Metadata());
        onward.request(1);
        caller.request(2);
        return passed.new Questions();
    }

    private synchronized void askForMore() {
        if (caller.isReady()) {
            onward.request(1);
        } else {
            owesRequest = true;
        }
    }

    private synchronized void payRequest() {
        if (owesRequest) {
            owesRequest = false;
            onward.request(1);
        }
    }

    /** What comes from the caller. */
    private final class Questions extends ServerCall.Listener<byte[]> {
        @Override
        public void onMessage(byte[] message) {
            onward.sendMessage(message);
        }

        @Override
        public void onHalfClose() {
            onward.halfClose();
        }

        @Override
        public void onCancel() {
            onward.cancel("the caller closed the call", null);
        }

        @Override
        public void onReady() {
            payRequest();
        }
    }

    /** What comes from the peer. */
    private final class Answers extends ClientCall.Listener<byte[]> {
        @Override
        public void onMessage(byte[] message) {
            if (!headersSent) {
                headersSent = true;
                caller.sendHeaders(new Metadata());
            }
            caller.sendMessage(message);
            askForMore();
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            boolean peerIsAway = status.getCode() == Status.Code.UNAVAILABLE && !trailers.containsKey(DETAILS);
            if (peerIsAway) {
                away(status).close(caller);
            } else {
                caller.close(status, trailers);
            }
        }

        private Fault away(Status status) {
            String told = Objects.requireNonNullElse(status.getDescription(), "");
            return Faults.of(new TurnFault(
                    Reason.PEER_UNAVAILABLE,
                    Absence.of(peer, told, Absence.SEE_WHETHER_UP).text(),
                    Map.of("service", peer)));
        }
    }
}
