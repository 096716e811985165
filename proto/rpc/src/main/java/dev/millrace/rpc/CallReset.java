package dev.millrace.rpc;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.internal.GrpcUtil;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When a call that came over a wire is reset. gRPC resets it as soon as its time is up, and a proxy in front tells its
 * caller INTERNAL then, not DEADLINE_EXCEEDED; so its caller's deadline is kept from gRPC and left to {@link DeadlineCap}.
 * An answer that lies unread, on the other hand, only a reset drops: a close waits in line behind it. So each call gets
 * a context around its own whose time is up when we say so.
 */
final class CallReset extends ServerStreamTracer.Factory {
    private static final Context.Key<Context.CancellableContext> CALL = Context.key("millrace-call");
    private static final Context.Key<Deadline> ASKED = Context.key("millrace-asked-deadline");
    private static final Context.Key<String> UNREADABLE = Context.key("millrace-unreadable-timeout");

    /** Health and reflection, around which no {@link DeadlineCap} stands. */
    private static final String GRPCS_OWN = "grpc.";

    /** Also what is longer than any time. */
    private static final Pattern UNPRINTABLE = Pattern.compile("(?<=^.{16}).+|[^!-~]", Pattern.DOTALL);

    private static final Metadata.Key<String> AS_SENT =
            Metadata.Key.of(GrpcUtil.TIMEOUT_KEY.name(), Metadata.ASCII_STRING_MARSHALLER);

    /** Held, because its filter would go with it: the transport warns, with a stack trace, of all that a reset drops. */
    private static final Logger TRANSPORT = Logger.getLogger("io.grpc.netty.NettyServerHandler");

    private static final ServerStreamTracer AROUND = new Around(null, null);

    static {
        TRANSPORT.setFilter(record -> !"Stream Error".equals(record.getMessage()));
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        try {
            @Nullable Long nanos = headers.get(GrpcUtil.TIMEOUT_KEY);
            if (nanos == null || method.startsWith(GRPCS_OWN)) {
                return AROUND;
            }
            headers.discardAll(GrpcUtil.TIMEOUT_KEY);
            return new Around(Deadlines.after(Duration.ofNanos(nanos)), null);
        } catch (IllegalArgumentException unreadable) {
            // By itself gRPC resets the call without a word, and logs a stack trace. Its own methods take it for none.
            String timeout = Objects.requireNonNullElse(headers.get(AS_SENT), "");
            headers.discardAll(GrpcUtil.TIMEOUT_KEY);
            return new Around(null, UNPRINTABLE.matcher(timeout).replaceAll("?"));
        }
    }

    /** What the current call's caller has sent in the place of a time. */
    static Optional<String> unreadable() {
        return Optional.ofNullable(UNREADABLE.get());
    }

    /** The deadline that the current call's caller has set, or none. */
    static @Nullable Deadline asked() {
        @Nullable Deadline overTheWire = ASKED.get();
        return overTheWire == null ? Context.current().getDeadline() : overTheWire;
    }

    /** What resets the current call; nothing, where it came over no wire. */
    static Runnable ofCurrentCall() {
        Context.@Nullable CancellableContext call = CALL.get();
        return call == null
                ? () -> {}
                : () -> call.cancel(new TimeoutException("its time is up, or its answer was not taken"));
    }

    /** The context of one call. */
    private static final class Around extends ServerStreamTracer {
        private final @Nullable Deadline asked;
        private final @Nullable String unreadable;

        Around(@Nullable Deadline asked, @Nullable String unreadable) {
            this.asked = asked;
            this.unreadable = unreadable;
        }

        @Override
        public Context filterContext(Context outer) {
            Context.CancellableContext call = outer.withCancellation();
            return call.withValues(CALL, call, ASKED, asked, UNREADABLE, unreadable);
        }
    }
}
