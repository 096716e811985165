package dev.millrace.relay.upstream;

import dev.millrace.relay.Upstream;
import dev.millrace.relay.Upstream.Exchange;
import dev.millrace.relay.Upstream.Head;
import dev.millrace.relay.Upstream.Request;
import dev.millrace.relay.Upstream.Unreachable;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request over a connection of its own for as long as it lasts. */
final class NettyExchange implements Exchange {
    private final Connections connections;
    private final Request wanted;
    private final Place place;
    /** Until {@link #close}: somebody else may have the connection by then. */
    private final AbortSignal signal = new AbortSignal();

    private @Nullable Connection connection;
    private @Nullable ArrivingAnswer answer;
    private @Nullable HttpResponse head;

    NettyExchange(Connections connections, Request wanted) {
        this.connections = connections;
        this.wanted = wanted;
        place = Place.of(wanted.uri());
    }

    /**
     * A connection that has rested can turn out as closed by the provider when it is too late to choose another. Where the
     * provider cannot have had the whole request, it goes over a new connection, once, as if the old one had not been there.
     */
    @Override
    public Head send() throws IOException {
        FullHttpRequest request = writable();
        Connection taken = connections.take(place, wanted.connectTimeout(), signal);
        HttpResponse response;
        try {
            response = send(taken, request);
        } catch (Unsent stale) {
            if (!taken.hasRested() || signal.isRaised()) {
                throw unreachable(stale);
            }
            connection = null;
            connections.drop(taken);
            response = sendAnew();
        }
        head = response;
        return new ResponseHead(response);
    }

    private HttpResponse sendAnew() throws IOException {
        try {
            return send(connections.takeFresh(place, wanted.connectTimeout(), signal), request());
        } catch (Unsent again) {
            throw unreachable(again);
        }
    }

    /** Whoever cannot have had the request cannot have worked on it. */
    private Unreachable unreachable(Unsent unsent) {
        return new Unreachable(place.address(), String.valueOf(unsent.getMessage()), unsent);
    }

    /** Made before a connection is taken: a key of two lines, say, makes a header that cannot be sent. */
    private FullHttpRequest writable() throws Unreachable {
        try {
            return request();
        } catch (IllegalArgumentException prohibited) {
            String why = "a header of the request cannot be sent (" + prohibited.getMessage()
                    + "); a key must be one line of printable characters";
            throw new Unreachable(place.address(), why, prohibited);
        }
    }

    private HttpResponse send(Connection taken, FullHttpRequest request) throws IOException {
        connection = taken;
        if (signal.isRaised()) {
            throw new Unreachable(place.address(), "the request was given up", new IOException("nothing was sent"));
        }
        ArrivingAnswer arriving = taken.send(request);
        answer = arriving;
        return arriving.head(wanted.silenceMax());
    }

    private FullHttpRequest request() {
        URI uri = wanted.uri();
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        boolean asks = wanted.body().length == 0;
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                asks ? HttpMethod.GET : HttpMethod.POST,
                target,
                Unpooled.wrappedBuffer(wanted.body()));
        wanted.headers().forEach((name, value) -> request.headers().set(name, value));
        request.headers()
                .set(HttpHeaderNames.HOST, uri.getPort() < 0 ? place.host() : place.address())
                // Nothing is ever decompressed: a coded body is refused where it is read.
                .set(HttpHeaderNames.ACCEPT_ENCODING, "identity")
                .set(HttpHeaderNames.USER_AGENT, "millrace");
        if (!asks) {
            request.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "application/json; charset=UTF-8")
                    .set(HttpHeaderNames.CONTENT_LENGTH, wanted.body().length);
        }
        return request;
    }

    @Override
    public Upstream.Body body() throws IOException {
        ArrivingAnswer arriving = answer;
        HttpResponse response = head;
        if (arriving == null || response == null) {
            throw new IllegalStateException("nothing was sent yet");
        }
        String coding = response.headers().get(HttpHeaderNames.CONTENT_ENCODING, "identity");
        if (!coding.equalsIgnoreCase("identity")) {
            throw new IOException(
                    "the answer is coded as " + coding.replaceAll("[^A-Za-z0-9,-]", "") + ", which was not asked for");
        }
        return arriving.within(wanted.silenceMax());
    }

    @Override
    public void abort() {
        signal.raise();
    }

    @Override
    public void close() {
        Connection used = connection;
        connection = null;
        boolean whole = signal.letGo();
        ArrivingAnswer arriving = answer;
        if (used == null) {
            return;
        }
        if (whole && arriving != null && arriving.isRead()) {
            connections.giveBack(place, used);
        } else {
            connections.drop(used);
        }
    }

    private record ResponseHead(HttpResponse answer) implements Head {
        @Override
        public int status() {
            return answer.status().code();
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.ofNullable(answer.headers().get(name));
        }
    }
}
