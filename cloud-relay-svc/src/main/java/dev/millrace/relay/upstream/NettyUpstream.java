package dev.millrace.relay.upstream;

import dev.millrace.relay.HostGuard;
import dev.millrace.relay.Upstream;
import dev.millrace.rpc.EventLoops;

/**
 * Calls providers over connections that the process's event loops read. Who waits for an answer waits on a virtual thread; what
 * arrives of it may be worked on by the loop that read it. No redirects, no cookies, no decompression, no request that reaches a
 * provider twice.
 */
public final class NettyUpstream implements Upstream, AutoCloseable {
    private final Connections connections;

    /** Holds at most so many exchanges at once. */
    public NettyUpstream(HostGuard guard, int connectionsMax) {
        connections = new Connections(EventLoops.shared(), guard, connectionsMax);
    }

    @Override
    public Exchange prepare(Request request) {
        return new NettyExchange(connections, request);
    }

    /** Closes what is idle; what runs is its caller's to end. */
    @Override
    public void close() {
        connections.close();
    }
}
