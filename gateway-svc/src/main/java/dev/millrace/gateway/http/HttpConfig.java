package dev.millrace.gateway.http;

import dev.millrace.runtime.DataSize;
import io.micronaut.context.annotation.ConfigurationProperties;
import java.time.Duration;
import java.util.List;

/**
 * The keys {@code gateway.http.*}.
 *
 * @param host the address to listen on
 * @param port the port; 0: any free one
 * @param allowedOrigins web origins that may call, such as {@code https://chat.example.org}; the door's own always may
 * @param allowedHosts names besides loopback's under which the door may be called while it needs no key
 * @param maxBodySize the largest request body
 * @param timeout the deadline of a call that names none, and the longest that one may name
 * @param commitAfter how long a stream waits for its first token before status and headers leave without it
 * @param commentEvery the longest silence on a stream
 * @param stallLimit how long a reader may accept nothing
 * @param headerLimit how long a request's headers may take from their first byte on
 * @param requestLimit how long a whole request may take, and how long a new connection may send none
 * @param connectionsMax connections that are open at once
 * @param pendingSize how much of an answer waits here for its reader before the turn does
 */
@ConfigurationProperties("gateway.http")
public record HttpConfig(
        String host,
        int port,
        List<String> allowedOrigins,
        List<String> allowedHosts,
        DataSize maxBodySize,
        Duration timeout,
        Duration commitAfter,
        Duration commentEvery,
        Duration stallLimit,
        Duration headerLimit,
        Duration requestLimit,
        int connectionsMax,
        DataSize pendingSize) {

    public HttpConfig {
        allowedOrigins = List.copyOf(allowedOrigins);
        allowedHosts = List.copyOf(allowedHosts);
    }
}
