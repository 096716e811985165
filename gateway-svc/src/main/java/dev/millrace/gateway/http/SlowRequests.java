package dev.millrace.gateway.http;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections whose requests do not arrive in time, and those beyond the number that the door holds, so that callers
 * who trickle their bytes cannot take the door's places. A connection that waits between two requests is not touched.
 */
@Singleton
final class SlowRequests implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    private final HttpConfig config;
    private final AtomicInteger open = new AtomicInteger();

    SlowRequests(HttpConfig config) {
        this.config = config;
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new Customizer(null));
        return event.getBean();
    }

    private void watch(Channel channel) {
        if (open.incrementAndGet() > config.connectionsMax()) {
            var _ = channel.close();
        }
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
        Arrival arrival = new Arrival(
                channel, config.headerLimit().toNanos(), config.requestLimit().toNanos());
        channel.pipeline()
                .addBefore(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC, "millrace-bytes", arrival.bytes())
                .addAfter(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC, "millrace-requests", arrival.requests());
        arrival.opened();
    }

    /** Puts the watch on each connection. */
    private final class Customizer implements NettyServerCustomizer {
        private final @Nullable Channel channel;

        private Customizer(@Nullable Channel channel) {
            this.channel = channel;
        }

        @Override
        public NettyServerCustomizer specializeForChannel(Channel opened, ChannelRole role) {
            return new Customizer(opened);
        }

        @Override
        public void onStreamPipelineBuilt() {
            if (channel != null) {
                watch(channel);
            }
        }
    }

    /**
     * How far the current request of one connection has come. Used on the connection's event loop alone.
     *
     * <pre>
     * OPENED --a byte--> HEADERS --all headers--> BODY --all of it--> IDLE --a byte--> HEADERS
     *   |  requestLimit    |  headerLimit           |  requestLimit from the first byte
     *   +------------------+------------------------+--> closed
     * </pre>
     */
    private static final class Arrival {
        private static final long NEVER = Long.MAX_VALUE;

        private final Channel channel;
        private final long headerNanos;
        private final long requestNanos;
        private boolean arriving;
        private long begin;
        private long due = NEVER;
        private boolean scheduled;

        Arrival(Channel channel, long headerNanos, long requestNanos) {
            this.channel = channel;
            this.headerNanos = headerNanos;
            this.requestNanos = requestNanos;
        }

        void opened() {
            limit(System.nanoTime() + requestNanos);
        }

        private void byteCame() {
            if (!arriving) {
                begin();
                limit(begin + headerNanos);
            }
        }

        private void headersCame() {
            if (!arriving) {
                begin();
            }
            limit(begin + requestNanos);
        }

        private void begin() {
            arriving = true;
            begin = System.nanoTime();
        }

        private void allCame() {
            arriving = false;
            due = NEVER;
        }

        /** One task at a time looks after the limit; most requests are there before it runs, and cost none of their own. */
        private void limit(long nanos) {
            due = nanos;
            if (!scheduled) {
                scheduled = true;
                schedule(Math.min(headerNanos, requestNanos));
            }
        }

        private void look() {
            long left = due - System.nanoTime();
            if (due == NEVER) {
                scheduled = false;
            } else if (left <= 0) {
                var _ = channel.close();
            } else {
                schedule(Math.min(left, headerNanos));
            }
        }

        private void schedule(long nanos) {
            var _ = channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
        }

        ChannelInboundHandlerAdapter bytes() {
            return new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    byteCame();
                    context.fireChannelRead(message);
                }
            };
        }

        ChannelInboundHandlerAdapter requests() {
            return new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    if (message instanceof HttpRequest) {
                        headersCame();
                    }
                    if (message instanceof LastHttpContent) {
                        allCame();
                    }
                    context.fireChannelRead(message);
                }
            };
        }
    }
}
