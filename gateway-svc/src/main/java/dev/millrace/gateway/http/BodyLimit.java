package dev.millrace.gateway.http;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.HttpServerConfiguration;
import jakarta.inject.Singleton;

/** Tells the server how large a body may be; it refuses a larger one while it reads, whether its length was told or not. */
@Singleton
final class BodyLimit implements BeanCreatedEventListener<HttpServerConfiguration> {
    private final HttpConfig config;

    BodyLimit(HttpConfig config) {
        this.config = config;
    }

    @Override
    public HttpServerConfiguration onCreated(BeanCreatedEvent<HttpServerConfiguration> event) {
        HttpServerConfiguration server = event.getBean();
        server.setMaxRequestSize(config.maxBodySize().bytes());
        server.setMaxRequestBufferSize(config.maxBodySize().bytes());
        return server;
    }
}
