package dev.millrace.gateway.http;

import dev.millrace.rpc.EventLoops;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.netty.channel.DefaultEventLoopGroupConfiguration;
import io.micronaut.http.netty.channel.DefaultEventLoopGroupRegistry;
import io.micronaut.http.netty.channel.EventLoopGroupConfiguration;
import io.micronaut.http.netty.channel.EventLoopGroupRegistry;
import io.netty.channel.EventLoopGroup;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Serves the door's connections by the process's event loops, which read the tokens that it writes where they come from a cloud. */
@Singleton
@Replaces(DefaultEventLoopGroupRegistry.class)
final class DoorLoops implements EventLoopGroupRegistry {
    private final EventLoopGroupConfiguration configuration = new DefaultEventLoopGroupConfiguration();

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
