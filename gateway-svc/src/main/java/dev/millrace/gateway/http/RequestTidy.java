package dev.millrace.gateway.http;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tidies a request before it is routed: clients join base addresses and paths with two slashes or end them with one, and send
 * JSON under any content type ({@code curl -d} says form). The content type decides nothing here; the origin does. A
 * compressed body is marked, so that the server does not inflate it before it is refused.
 */
@Singleton
final class RequestTidy implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

    private static final String REFUSED_ENCODING = "x-millrace-refused-encoding";

    /** The encoding in which a body came that nobody may inflate; empty: none. */
    static Optional<String> encoding(io.micronaut.http.HttpRequest<?> request) {
        return Optional.ofNullable(request.getHeaders().get(REFUSED_ENCODING));
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new Customizer(null));
        return event.getBean();
    }

    /** Puts the handler before the server's own on each connection. */
    private record Customizer(
            @org.jspecify.annotations.Nullable Channel channel) implements NettyServerCustomizer {

        @Override
        public NettyServerCustomizer specializeForChannel(Channel opened, ChannelRole role) {
            return new Customizer(opened);
        }

        @Override
        public void onStreamPipelineBuilt() {
            if (channel != null) {
                channel.pipeline()
                        .addBefore(ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND, "millrace-tidy", new Handler());
            }
        }
    }

    private static final class Handler extends ChannelInboundHandlerAdapter {
        private static final Pattern SLASHES = Pattern.compile("//+");

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                request.setUri(tidy(request.uri()));
                mark(request.headers());
                if (HttpMethod.POST.equals(request.method())) {
                    request.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
                }
            }
            context.fireChannelRead(message);
        }

        private static void mark(HttpHeaders headers) {
            String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
            headers.remove(HttpHeaderNames.CONTENT_ENCODING).remove(REFUSED_ENCODING);
            if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
                headers.set(REFUSED_ENCODING, encoding);
            }
        }

        private static String tidy(String uri) {
            int query = uri.indexOf('?');
            String path = query < 0 ? uri : uri.substring(0, query);
            if (!path.startsWith("/") || path.length() == 1) {
                return uri;
            }
            String single = path.contains("//") ? SLASHES.matcher(path).replaceAll("/") : path;
            String trimmed =
                    single.length() > 1 && single.endsWith("/") ? single.substring(0, single.length() - 1) : single;
            return query < 0 ? trimmed : trimmed + uri.substring(query);
        }
    }
}
