package dev.millrace.local.servers;

import dev.millrace.local.Answer;
import dev.millrace.local.EngineFault;
import dev.millrace.rpc.Deadlines;
import io.grpc.Context;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Speaks HTTP with one engine. Blocking, for virtual threads; nothing that got a byte of answer is repeated, no redirect is followed, and leaving a
 * stream early closes its socket, which is how engines learn of a cancel.
 */
public final class ServerConnection implements AutoCloseable {
    private static final Timeout CONNECT_MAX = Timeout.ofSeconds(2);
    private static final Timeout ANSWER_MAX = Timeout.ofSeconds(5);
    private static final int CONNECTIONS_MAX = 1024;
    private static final int OK = 200;
    /** What an answer that is read whole may have: 2,048 vectors of 4,096 numbers. */
    private static final int BODY_BYTES_MAX = 256 << 20;
    /** What is read of an error. */
    private static final int ERROR_BYTES_MAX = 64 << 10;

    private final ServerSpec spec;
    private final ServerFaults faults;
    private final CloseableHttpClient client;

    /** @param faults reads this engine's errors */
    public ServerConnection(ServerSpec spec, ServerFaults faults) {
        this.spec = spec;
        this.faults = faults;
        this.client = HttpClients.custom()
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableContentCompression()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                        .setMaxConnPerRoute(CONNECTIONS_MAX)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(CONNECT_MAX)
                                // A restarted engine has closed what lies in the pool.
                                .setValidateAfterInactivity(TimeValue.ofMilliseconds(200))
                                .build())
                        .build())
                .build();
    }

    public URI base() {
        return spec.base();
    }

    /** Asks for a small answer; fails after seconds. */
    public Json get(String path) throws EngineFault {
        return whole(new HttpGet(spec.base() + path), ANSWER_MAX);
    }

    /** Asks for an answer that may take its time, whoever waits for it. */
    public Json post(String path, Object body) throws EngineFault {
        return whole(post(path, Json.write(body)), Timeout.DISABLED);
    }

    /**
     * Asks for the current call: for as long as its deadline allows, and the connection is cut when it is cancelled, so that
     * the engine learns of it.
     *
     * @throws CancellationException when nobody waits for the answer any more
     */
    public Json postForCall(String path, Object body) throws EngineFault {
        HttpPost request = post(path, Json.write(body));
        Context call = Context.current();
        Context.CancellationListener cut = ended -> request.cancel();
        call.addListener(cut, Runnable::run);
        try {
            long millis = Math.max(1, Deadlines.remaining(Deadlines.current()).toMillis());
            return whole(request, Timeout.ofMilliseconds(millis));
        } catch (EngineFault failure) {
            if (call.isCancelled()) {
                throw new CancellationException("nobody waits for the answer any more");
            }
            throw failure;
        } finally {
            call.removeListener(cut);
        }
    }

    /** Posts, but fails after seconds. */
    public Json postQuick(String path, Object body) throws EngineFault {
        return whole(post(path, Json.write(body)), ANSWER_MAX);
    }

    private Json whole(HttpUriRequestBase request, Timeout answerMax) throws EngineFault {
        return exchange(request, answerMax, response -> {
            try (InputStream in = response.getEntity().getContent()) {
                byte[] body = in.readNBytes(BODY_BYTES_MAX + 1);
                if (body.length > BODY_BYTES_MAX) {
                    throw new IOException("an answer of more than " + BODY_BYTES_MAX + " bytes");
                }
                return body.length == 0 ? new Json(null) : Json.parse(new String(body, StandardCharsets.UTF_8));
            }
        });
    }

    /**
     * Posts and hands over each line of the answer until the sink has had enough; the caller's departure cuts it.
     *
     * @param types the content types that such an answer may have; one that names none is taken for it
     */
    public void stream(String path, Object body, List<String> types, Answer answer, LineSink lines)
            throws EngineFault, InterruptedException {
        HttpPost request = post(path, Json.write(body));
        answer.onCancel(request::cancel);
        Optional<InterruptedException> interrupted = exchange(request, Timeout.DISABLED, response -> {
            requireType(response, types);
            try {
                BoundedLines reader = new BoundedLines(response.getEntity().getContent());
                Optional<String> line = reader.next();
                while (line.isPresent() && lines.accept(line.get())) {
                    line = reader.next();
                }
                return Optional.<InterruptedException>empty();
            } catch (InterruptedException stopping) {
                return Optional.of(stopping);
            } finally {
                // Before anything is closed: closing the content would first read it to its end, which may never come.
                request.cancel();
            }
        });
        if (interrupted.isPresent()) {
            throw interrupted.get();
        }
    }

    /** A page instead of an answer: a wrong address, or a proxy on the way. */
    private void requireType(ClassicHttpResponse response, List<String> types) throws EngineFault {
        String type = header(response, HttpHeaders.CONTENT_TYPE);
        if (!type.isEmpty() && types.stream().noneMatch(type::startsWith)) {
            throw faults.failed(
                    spec,
                    "it answered with " + shown(type) + " (expected: " + types.getFirst() + "); is its address right?");
        }
    }

    private static String header(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null || header.getValue() == null
                ? ""
                : header.getValue().toLowerCase(Locale.ROOT);
    }

    private static String shown(String header) {
        return header.replaceAll("[^a-z0-9/+.;= -]", "");
    }

    private HttpPost post(String path, String body) {
        HttpPost request = new HttpPost(spec.base() + path);
        request.setEntity(new StringEntity(body, ContentType.APPLICATION_JSON));
        return request;
    }

    private <T> T exchange(HttpUriRequestBase request, Timeout answerMax, Reader<T> reader) throws EngineFault {
        request.setConfig(RequestConfig.custom().setResponseTimeout(answerMax).build());
        if (!spec.key().isEmpty()) {
            request.setHeader(HttpHeaders.AUTHORIZATION, "Bearer " + spec.key());
        }
        try {
            ClassicHttpResponse response = open(request);
            try {
                return reader.read(plain(response));
            } finally {
                closeQuietly(response);
            }
        } catch (IOException failure) {
            throw faults.ofConnection(spec, failure);
        }
    }

    /** An answer that may be read: a good one, not coded in any way. */
    private ClassicHttpResponse plain(ClassicHttpResponse response) throws IOException, EngineFault {
        if (response.getCode() != OK) {
            throw faults.ofStatus(spec, response.getCode(), errorBody(response));
        }
        String coding = header(response, HttpHeaders.CONTENT_ENCODING);
        if (!coding.isEmpty() && !coding.equals("identity")) {
            throw faults.failed(spec, "its answer is coded as " + shown(coding) + ", which was not asked for");
        }
        return response;
    }

    /** What was wanted of it is read by now. */
    private static void closeQuietly(ClassicHttpResponse response) {
        try {
            response.close();
        } catch (IOException cutBefore) {
            return;
        }
    }

    /**
     * An engine may close a kept connection just as it is used again: without a byte of answer, it is asked once more. One that
     * breaks a new connection has had the request, and is not asked twice. Where it has ended with the request in its hands it
     * takes no further connection, which says that another node may be asked.
     */
    private ClassicHttpResponse open(HttpUriRequestBase request) throws IOException {
        HttpClientContext exchange = HttpClientContext.create();
        try {
            return client.executeOpen(null, request, exchange);
        } catch (ConnectException | NoRouteToHostException unreached) {
            throw unreached;
        } catch (NoHttpResponseException | SocketException broken) {
            if (wasKept(exchange)) {
                return client.executeOpen(null, request, null);
            }
            if (!request.isCancelled()) {
                requireListener();
            }
            throw broken;
        }
    }

    private static boolean wasKept(HttpClientContext exchange) {
        EndpointDetails connection = exchange.getEndpointDetails();
        return connection != null && connection.getRequestCount() > 1;
    }

    /** Connects and hangs up. */
    private void requireListener() throws IOException {
        URI base = spec.base();
        int usual = "https".equals(base.getScheme()) ? 443 : 80;
        IOException refused = new UnknownHostException(base.getHost());
        for (InetAddress address : InetAddress.getAllByName(base.getHost())) {
            try (Socket probe = new Socket()) {
                probe.connect(
                        new InetSocketAddress(address, base.getPort() < 0 ? usual : base.getPort()),
                        CONNECT_MAX.toMillisecondsIntBound());
                return;
            } catch (IOException failure) {
                refused = failure;
            }
        }
        throw refused;
    }

    private static String errorBody(ClassicHttpResponse response) throws IOException {
        try (@Nullable
                InputStream in = response.getEntity() == null
                        ? null
                        : response.getEntity().getContent()) {
            return in == null ? "" : new String(in.readNBytes(ERROR_BYTES_MAX), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        client.close(org.apache.hc.core5.io.CloseMode.IMMEDIATE);
    }

    /** Takes lines. */
    @FunctionalInterface
    public interface LineSink {
        /** False: enough. */
        boolean accept(String line) throws EngineFault, IOException, InterruptedException;
    }

    private interface Reader<T> {
        T read(ClassicHttpResponse response) throws IOException, EngineFault;
    }
}
