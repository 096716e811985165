package dev.millrace.relay.upstream;

import dev.millrace.relay.HostGuard;
import dev.millrace.relay.Upstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Calls providers over a pool of connections. One instance a process; its callers run on virtual threads.
 *
 * <p>The pool is lax, because the strict one takes a global lock for every lease. Idle connections are checked before use
 * after a second and dropped after a minute: providers close them without notice.
 */
public final class HttpUpstream implements Upstream, AutoCloseable {
    private static final int HEADERS_MAX = 100;
    private static final int HEADER_LINE_CHARS_MAX = 16 << 10;
    /** What the system takes for an answer whose reader is slow: a provider bills it all, so that it must not be megabytes. */
    private static final int RECEIVE_BYTES = 64 << 10;

    private final PoolingHttpClientConnectionManager pool;
    private final CloseableHttpClient client;
    private final Map<String, Timeout> connectTimeouts = new ConcurrentHashMap<>();

    /** Opens at most so many connections to one host. */
    public HttpUpstream(HostGuard guard, int connectionsMax) {
        pool = PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(new GuardedResolver(guard))
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                .setMaxConnPerRoute(connectionsMax)
                .setMaxConnTotal(connectionsMax)
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setMaxHeaderCount(HEADERS_MAX)
                                .setMaxLineLength(HEADER_LINE_CHARS_MAX)
                                .build())
                        .build())
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setTcpNoDelay(true)
                        .setRcvBufSize(RECEIVE_BYTES)
                        .build())
                .setConnectionConfigResolver(this::connectionConfig)
                .build();
        client = HttpClients.custom()
                .setConnectionManager(pool)
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableDefaultUserAgent()
                .evictIdleConnections(TimeValue.ofSeconds(60))
                .build();
    }

    /** The connect timeout belongs to the route's host: each provider has its own. */
    private ConnectionConfig connectionConfig(HttpRoute route) {
        Timeout connect = connectTimeouts.getOrDefault(
                route.getTargetHost().getHostName().toLowerCase(Locale.ROOT), Timeout.ofSeconds(5));
        return ConnectionConfig.custom()
                .setConnectTimeout(connect)
                .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                .setTimeToLive(TimeValue.ofMinutes(10))
                .build();
    }

    @Override
    public Exchange prepare(Request request) {
        Timeout connect = Timeout.of(request.connectTimeout());
        connectTimeouts.put(String.valueOf(request.uri().getHost()).toLowerCase(Locale.ROOT), connect);
        RequestConfig config = RequestConfig.custom()
                .setConnectionRequestTimeout(connect)
                .setResponseTimeout(Timeout.of(request.silenceMax()))
                .setRedirectsEnabled(false)
                .setContentCompressionEnabled(false)
                .build();
        return new HttpExchange(client, request, config);
    }

    /** Opens no more connections, and cuts those that are open. */
    @Override
    public void close() throws IOException {
        client.close();
        pool.close();
    }

    private record GuardedResolver(HostGuard guard) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            return guard.resolve(host);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
