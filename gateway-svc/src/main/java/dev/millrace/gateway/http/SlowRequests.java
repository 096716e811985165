package dev.millrace.gateway.http;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections whose requests do not arrive in time, and those beyond the number that the door holds, so that callers
 * who trickle their bytes cannot take the door's places. A connection that waits between two requests is not touched.
 */
@Singleton
final class SlowRequests implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    private final HttpConfig config;
    private final DoorChannels channels;
    private final AtomicInteger open = new AtomicInteger();

    SlowRequests(HttpConfig config, DoorChannels channels) {
        this.config = config;
        this.channels = channels;
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
                channel, config.headerLimit().toNanos(), config.requestLimit().toNanos(), System::nanoTime);
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
            channels.add(opened);
            return new Customizer(opened);
        }

        @Override
        public void onStreamPipelineBuilt() {
            if (channel != null) {
                watch(channel);
            }
        }
    }
}
