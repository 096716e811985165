package dev.millrace.gateway.http;

import dev.millrace.gateway.PromptRoom;
import dev.millrace.gateway.PromptRoom.Taken;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Takes room for a request's body before it is read. Until a call has kept it, it belongs to the connection: it is given back
 * with the answer, or when the connection ends.
 */
@Singleton
final class BodyRoom {
    private static final String ATTRIBUTE = "millrace.body-room";

    private final PromptRoom room;
    private final HttpConfig config;

    BodyRoom(PromptRoom room, HttpConfig config) {
        this.room = room;
        this.config = config;
    }

    /** Takes room for the length that the request tells, or for the largest body where it tells none. */
    void take(HttpRequest<?> request) {
        long limit = config.maxBodySize().bytes();
        boolean chunked = request.getHeaders().contains(HttpHeaders.TRANSFER_ENCODING);
        long bytes = chunked ? limit : request.getContentLength();
        if (bytes <= 0 || bytes > limit) {
            return; // the server refuses what is too large before it reads it
        }
        Channel channel = channel(request);
        Taken taken = room.take(bytes);
        Held held = new Held(taken, channel, ended -> taken.close());
        channel.closeFuture().addListener(held.onClose);
        request.setAttribute(ATTRIBUTE, held);
    }

    /** Gives it to a call that has read its body, to be closed when the call has ended. */
    Taken keep(HttpRequest<?> request, long bytes) {
        Optional<Held> held = request.getAttribute(ATTRIBUTE, Held.class);
        if (held.isEmpty()) {
            return room.take(bytes);
        }
        request.removeAttribute(ATTRIBUTE, Held.class);
        held.get().channel.closeFuture().removeListener(held.get().onClose);
        held.get().taken.shrinkTo(bytes);
        return held.get().taken;
    }

    /** Gives back what no call has kept. */
    static void release(HttpRequest<?> request) {
        Optional<Held> held = request.getAttribute(ATTRIBUTE, Held.class);
        held.ifPresent(unused -> {
            unused.channel.closeFuture().removeListener(unused.onClose);
            unused.taken.close();
        });
    }

    private static Channel channel(HttpRequest<?> request) {
        return ((NettyHttpRequest<?>) request).getChannelHandlerContext().channel();
    }

    private record Held(Taken taken, Channel channel, GenericFutureListener<Future<? super Void>> onClose) {}
}
