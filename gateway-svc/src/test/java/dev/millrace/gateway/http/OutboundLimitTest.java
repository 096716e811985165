package dev.millrace.gateway.http;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What may wait for a reader outside of the body that counts it. */
final class OutboundLimitTest {
    private static final int CHARGED_UNREAD_MAX = 8 << 10;

    @Test
    void littleOfAnAnswerWaitsInFrontOfAConnection() throws Exception {
        try (Door door = Door.open();
                RawCall caller = RawCall.connect(door)) {
            caller.send("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            caller.awaitText("HTTP/1.1 200");

            Channel connection = door.connections().poll(10, TimeUnit.SECONDS);
            assertThat(connection).isNotNull();
            assertThat(connection.config().getWriteBufferHighWaterMark()).isLessThanOrEqualTo(CHARGED_UNREAD_MAX);
        }
    }

    /** The connections that a door has taken. */
    @Singleton
    @Requires(property = "gateway.door-test")
    static final class Connections implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
        final BlockingQueue<Channel> taken = new LinkedBlockingQueue<>();

        @Override
        public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
            event.getBean().register(new Watch());
            return event.getBean();
        }

        private final class Watch implements NettyServerCustomizer {
            @Override
            public NettyServerCustomizer specializeForChannel(Channel opened, ChannelRole role) {
                if (role == ChannelRole.CONNECTION) {
                    taken.add(opened);
                }
                return this;
            }
        }
    }
}
