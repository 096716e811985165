package dev.millrace.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/** What the HTTP door listens on, and its connections: the server that owns them leaves them open to loops that outlast it. */
@Singleton
final class DoorChannels {
    private static final long CLOSE_SECONDS_MAX = 2;

    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    void add(Channel channel) {
        open.add(channel);
    }

    /** Closes all of them, and those that come after. */
    void close() {
        var _ = open.close().awaitUninterruptibly(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
    }
}
