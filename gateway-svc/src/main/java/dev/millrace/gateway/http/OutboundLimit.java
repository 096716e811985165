package dev.millrace.gateway.http;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.WriteBufferWaterMark;
import jakarta.inject.Singleton;

/**
 * Keeps little of an answer in front of a connection that takes nothing: what has left an {@link SseBody} counts as handed
 * over and is charged, so it should lie in the reader's hands or the system's, and not in ours.
 */
@Singleton
final class OutboundLimit implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    private static final WriteBufferWaterMark WAITING_BYTES = new WriteBufferWaterMark(4 << 10, 8 << 10);

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new Customizer());
        return event.getBean();
    }

    private static final class Customizer implements NettyServerCustomizer {
        @Override
        public NettyServerCustomizer specializeForChannel(Channel opened, ChannelRole role) {
            if (role == ChannelRole.CONNECTION) {
                opened.config().setWriteBufferWaterMark(WAITING_BYTES);
            }
            return this;
        }
    }
}
