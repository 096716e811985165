package dev.millrace.relay.upstream;

import dev.millrace.relay.HostGuard;
import dev.millrace.relay.Upstream.Exchange;
import dev.millrace.relay.Upstream.Head;
import dev.millrace.relay.Upstream.Request;
import dev.millrace.relay.Upstream.Unreachable;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;

/** One request over the pool. */
final class HttpExchange implements Exchange {
    private final CloseableHttpClient client;
    private final URI uri;
    private final HttpUriRequestBase request;
    private @Nullable ClassicHttpResponse response;
    private @Nullable WholeBody body;
    private volatile boolean aborted;

    HttpExchange(CloseableHttpClient client, Request wanted, RequestConfig config) {
        this.client = client;
        uri = wanted.uri();
        request = wanted.body().length == 0 ? new HttpGet(wanted.uri()) : new HttpPost(wanted.uri());
        wanted.headers().forEach(request::setHeader);
        // Nothing is ever decompressed: a coded body is refused where it is read.
        request.setHeader("Accept-Encoding", "identity");
        request.setHeader("User-Agent", "millrace");
        if (wanted.body().length > 0) {
            request.setEntity(new ByteArrayEntity(wanted.body(), ContentType.APPLICATION_JSON));
        }
        request.setConfig(config);
    }

    @Override
    public Head send() throws IOException {
        try {
            ClassicHttpResponse answer = client.executeOpen(null, request, HttpClientContext.create());
            response = answer;
            return new ResponseHead(answer);
        } catch (HostGuard.Forbidden forbidden) {
            throw new Unreachable(address(), String.valueOf(forbidden.getMessage()), forbidden);
        } catch (UnknownHostException unknown) {
            throw new Unreachable(address(), "the name cannot be resolved", unknown);
        } catch (ConnectTimeoutException late) {
            throw new Unreachable(address(), "no connection in time", late);
        } catch (ConnectionRequestTimeoutException full) {
            throw new Unreachable(address(), "every connection is in use", full);
        } catch (ConnectException | NoRouteToHostException refused) {
            throw new Unreachable(address(), "connection refused", refused);
        } catch (IllegalStateException released) {
            // An abort in the midst of connecting takes the connection from under the client.
            if (!aborted) {
                throw released;
            }
            throw new IOException("the request was given up", released);
        }
    }

    private String address() {
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
        return uri.getHost() + ":" + port;
    }

    @Override
    public InputStream body() throws IOException {
        ClassicHttpResponse answer = response;
        if (answer == null) {
            throw new IllegalStateException("nothing was sent yet");
        }
        HttpEntity entity = answer.getEntity();
        String coding = header(answer, "content-encoding").orElse("identity");
        if (!coding.equalsIgnoreCase("identity")) {
            throw new IOException(
                    "the answer is coded as " + coding.replaceAll("[^A-Za-z0-9,-]", "") + ", which was not asked for");
        }
        WholeBody whole = new WholeBody(entity == null ? InputStream.nullInputStream() : entity.getContent());
        body = whole;
        return whole;
    }

    @Override
    public void abort() {
        aborted = true;
        request.abort();
    }

    @Override
    public void close() {
        ClassicHttpResponse answer = response;
        WholeBody read = body;
        if (answer == null) {
            return;
        }
        if (read == null || !read.ended) {
            // Closing a stream of which something is left would first read the rest.
            request.abort();
        }
        try {
            answer.close();
        } catch (IOException alreadyGone) {
            // The connection is cut, which is all that was wanted.
            return;
        }
    }

    private static Optional<String> header(ClassicHttpResponse answer, String name) {
        Header header = answer.getFirstHeader(name);
        return header == null ? Optional.empty() : Optional.ofNullable(header.getValue());
    }

    private record ResponseHead(ClassicHttpResponse answer) implements Head {
        @Override
        public int status() {
            return answer.getCode();
        }

        @Override
        public Optional<String> header(String name) {
            return HttpExchange.header(answer, name);
        }
    }

    /** Remembers whether the body was read to its end. */
    private static final class WholeBody extends InputStream {
        private final InputStream in;
        private boolean ended;

        WholeBody(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            ended |= value < 0;
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = in.read(buffer, offset, length);
            ended |= count < 0;
            return count;
        }
    }
}
