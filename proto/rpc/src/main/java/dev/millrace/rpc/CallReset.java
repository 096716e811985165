package dev.millrace.rpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import java.util.concurrent.TimeoutException;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Lets a handler end a call whose answer lies unread: a close waits in line behind that, a reset drops it. gRPC resets
 * a call by itself where the time of its context is up, also after its handler has ended it; so each call gets a
 * context around its own whose time is up when we say so.
 */
final class CallReset extends ServerStreamTracer.Factory {
    private static final Context.Key<Context.CancellableContext> CALL = Context.key("millrace-call");

    /** Held, because its filter would go with it: the transport warns, with a stack trace, of all that a reset drops. */
    private static final Logger TRANSPORT = Logger.getLogger("io.grpc.netty.NettyServerHandler");

    static {
        TRANSPORT.setFilter(record -> !"Stream Error".equals(record.getMessage()));
    }

    private static final ServerStreamTracer AROUND = new ServerStreamTracer() {
        @Override
        public Context filterContext(Context outer) {
            Context.CancellableContext call = outer.withCancellation();
            return call.withValue(CALL, call);
        }
    };

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return AROUND;
    }

    /** What resets the current call; nothing, where it came over no wire. */
    static Runnable ofCurrentCall() {
        Context.@Nullable CancellableContext call = CALL.get();
        return call == null ? () -> {} : () -> call.cancel(new TimeoutException("its answer was not taken"));
    }
}
