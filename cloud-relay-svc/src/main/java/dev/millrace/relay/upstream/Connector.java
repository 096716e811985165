package dev.millrace.relay.upstream;

import dev.millrace.relay.HostGuard;
import dev.millrace.relay.Upstream.Unreachable;
import dev.millrace.rpc.EventLoops;
import dev.millrace.rpc.LoopThreads;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Opens connections: to the first of a host's addresses that has one to give, by TLS where the place asks for it. */
final class Connector {
    private static final int HEADER_LINE_CHARS_MAX = 16 << 10;
    private static final int HEADER_BYTES_MAX = 256 << 10;
    /** What the system takes for an answer whose reader is slow: a provider bills it all, so that it must not be megabytes. */
    private static final int RECEIVE_BYTES = 64 << 10;

    /** The arithmetic of a handshake takes milliseconds, which the other connections of a loop must not wait for. */
    private static final Executor HANDSHAKES =
            task -> Thread.ofVirtual().name("handshake").start(task);

    private final EventLoopGroup loops;
    private final HostGuard guard;
    private volatile @Nullable SslContext tls;

    Connector(EventLoopGroup loops, HostGuard guard) {
        this.loops = loops;
        this.guard = guard;
    }

    /**
     * Tries one address after the other, whatever is wrong with one.
     *
     * @param within for each address, and as long again for its handshake
     */
    Connection open(Place place, Duration within, AbortSignal signal) throws Unreachable {
        Unreachable last =
                new Unreachable(place.address(), "the name has no address", new UnknownHostException(place.host()));
        for (InetAddress address : addresses(place)) {
            if (signal.isRaised() || Thread.currentThread().isInterrupted()) {
                throw new Unreachable(place.address(), "the request was given up", last);
            }
            try {
                return open(place, new InetSocketAddress(address, place.port()), within, signal);
            } catch (Unreachable failure) {
                last = failure;
            }
        }
        throw last;
    }

    /** The system's search for a name holds the thread that carries it, so that thread must not be an event loop's. */
    private InetAddress[] addresses(Place place) throws Unreachable {
        FutureTask<InetAddress[]> search = new FutureTask<>(() -> guard.resolve(place.host()));
        Thread.ofVirtual().name("resolve").start(search);
        try {
            return search.get();
        } catch (ExecutionException failed) {
            throw unresolved(place, Objects.requireNonNullElse(failed.getCause(), failed));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Unreachable(place.address(), "interrupted", stopped);
        }
    }

    private static Unreachable unresolved(Place place, Throwable cause) {
        String why = cause instanceof UnknownHostException
                ? "the name cannot be resolved"
                : String.valueOf(cause.getMessage());
        return new Unreachable(place.address(), why, cause);
    }

    private Connection open(Place place, InetSocketAddress address, Duration within, AbortSignal signal)
            throws Unreachable {
        Setup setup = new Setup(place, place.secure() ? tls(place) : null, within);
        ChannelFuture connecting = new Bootstrap()
                .group(Objects.requireNonNullElse(LoopThreads.loop(), loops))
                .channel(EventLoops.socketChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BYTES)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(512, 2 << 10, 16 << 10))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.clamp(within.toMillis(), 1, Integer.MAX_VALUE))
                .handler(setup)
                .connect(address);
        Channel channel = connecting.channel();
        signal.ends(() -> Connection.cut(channel));
        try {
            if (!connecting.await().isSuccess()) {
                throw unreachable(place, connecting.cause());
            }
            SslHandler security = setup.security;
            if (security != null && !security.handshakeFuture().await().isSuccess()) {
                Connection.cut(channel);
                throw insecure(place, security.handshakeFuture().cause());
            }
        } catch (InterruptedException stopped) {
            Connection.cut(channel);
            Thread.currentThread().interrupt();
            throw new Unreachable(place.address(), "interrupted", stopped);
        }
        return Objects.requireNonNull(setup.connection, "a channel that is connected was fitted out");
    }

    private static Unreachable unreachable(Place place, Throwable cause) {
        String why = switch (cause) {
            case ConnectTimeoutException late -> "no connection in time";
            case ConnectException refused -> "connection refused";
            case NoRouteToHostException none -> "connection refused";
            default -> String.valueOf(cause.getMessage());
        };
        return new Unreachable(place.address(), why, cause);
    }

    private static Unreachable insecure(Place place, Throwable cause) {
        return new Unreachable(place.address(), "no secure connection (" + cause.getMessage() + ")", cause);
    }

    /** With the certificates that the JDK trusts, and the host's name checked against the provider's. */
    private SslContext tls(Place place) throws Unreachable {
        SslContext known = tls;
        if (known == null) {
            try {
                known = SslContextBuilder.forClient()
                        .sslProvider(SslProvider.JDK)
                        .endpointIdentificationAlgorithm("HTTPS")
                        .build();
            } catch (SSLException broken) {
                throw insecure(place, broken);
            }
            tls = known;
        }
        return known;
    }

    /** Fits out a channel before it is connected. */
    private static final class Setup extends ChannelInitializer<Channel> {
        private final Place place;
        private final @Nullable SslContext tls;
        private final Duration within;
        private volatile @Nullable SslHandler security;
        private volatile @Nullable Connection connection;

        Setup(Place place, @Nullable SslContext tls, Duration within) {
            this.place = place;
            this.tls = tls;
            this.within = within;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (tls != null) {
                SslHandler handler = tls.newHandler(channel.alloc(), place.name(), place.port(), HANDSHAKES);
                // 0 would be no limit at all.
                handler.setHandshakeTimeout(Math.max(1, within.toMillis()), TimeUnit.MILLISECONDS);
                security = handler;
                channel.pipeline().addLast(handler);
            }
            AnswerDecoder decoder = new AnswerDecoder(decoding());
            Connection made = new Connection(channel, decoder);
            connection = made;
            channel.pipeline().addLast(new HttpRequestEncoder(), decoder, made);
        }

        private static HttpDecoderConfig decoding() {
            return new HttpDecoderConfig()
                    .setMaxInitialLineLength(HEADER_LINE_CHARS_MAX)
                    .setMaxHeaderSize(HEADER_BYTES_MAX)
                    // Small servers end the lines of their headers with LF alone; those of chunks are strict all the
                    // same.
                    .setStrictLineParsing(false);
        }
    }
}
