package dev.millrace.gateway.http;

import dev.millrace.rpc.EventLoops;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.netty.channel.DefaultEventLoopGroupConfiguration;
import io.micronaut.http.netty.channel.DefaultEventLoopGroupRegistry;
import io.micronaut.http.netty.channel.EpollEventLoopGroupFactory;
import io.micronaut.http.netty.channel.EventLoopGroupConfiguration;
import io.micronaut.http.netty.channel.EventLoopGroupRegistry;
import io.micronaut.http.netty.channel.NioEventLoopGroupFactory;
import io.netty.channel.EventLoopGroup;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Serves the door's connections by the process's event loops, which read the tokens that it writes where they come from a cloud. */
@Singleton
@Replaces(DefaultEventLoopGroupRegistry.class)
final class DoorLoops implements EventLoopGroupRegistry {
    private static final int AS_THE_LOOPS_HAVE = 0;

    private final EventLoopGroupConfiguration configuration = new DefaultEventLoopGroupConfiguration(
            EventLoopGroupConfiguration.DEFAULT,
            AS_THE_LOOPS_HAVE,
            AS_THE_LOOPS_HAVE,
            null,
            false,
            List.of(EventLoops.isEpoll() ? EpollEventLoopGroupFactory.NAME : NioEventLoopGroupFactory.NAME),
            null,
            null,
            null,
            false);

    @Override
    public EventLoopGroup getDefaultEventLoopGroup() {
        return EventLoops.shared();
    }

    @Override
    public Optional<EventLoopGroup> getEventLoopGroup(String name) {
        return Optional.of(EventLoops.shared());
    }

    @Override
    public Optional<EventLoopGroupConfiguration> getEventLoopGroupConfiguration(String name) {
        return Optional.of(configuration);
    }
}
