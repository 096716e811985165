package dev.millrace.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How far the current request of one connection has come. Used on the connection's event loop alone.
 *
 * <pre>
 * OPENED --a byte--> HEADERS --all headers--> BODY --all of it--> IDLE --a byte--> HEADERS
 *   |  requestLimit    |  headerLimit           |  requestLimit from the first byte
 *   +------------------+------------------------+--> closed
 * </pre>
 */
final class Arrival {
    private static final long NEVER = Long.MAX_VALUE;

    private final Channel channel;
    private final long headerNanos;
    private final long requestNanos;
    private final LongSupplier clock;
    private boolean arriving;
    private long begin;
    private long due = NEVER;
    private boolean scheduled;

    Arrival(Channel channel, long headerNanos, long requestNanos, LongSupplier clock) {
        this.channel = channel;
        this.headerNanos = headerNanos;
        this.requestNanos = requestNanos;
        this.clock = clock;
    }

    void opened() {
        limit(clock.getAsLong() + requestNanos);
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
        begin = clock.getAsLong();
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
        long left = due - clock.getAsLong();
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
