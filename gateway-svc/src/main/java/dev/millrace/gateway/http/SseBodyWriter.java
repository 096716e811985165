package dev.millrace.gateway.http;

import io.micronaut.core.type.Argument;
import io.micronaut.core.type.MutableHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.body.ByteBodyFactory;
import io.micronaut.http.body.CloseableByteBody;
import io.micronaut.http.body.ResponseBodyWriter;
import jakarta.inject.Singleton;
import java.io.OutputStream;

/** Lets the server send an {@link SseBody} as it comes, without a look at its content type. */
@Singleton
final class SseBodyWriter implements ResponseBodyWriter<SseBody> {

    @Override
    public CloseableByteBody writePiece(
            ByteBodyFactory bodies,
            HttpRequest<?> request,
            HttpResponse<?> response,
            Argument<SseBody> type,
            MediaType mediaType,
            SseBody body) {
        return bodies.adapt(body.publisher(), response.getHeaders().contentLength());
    }

    @Override
    public void writeTo(
            Argument<SseBody> type, MediaType mediaType, SseBody body, MutableHeaders headers, OutputStream whole) {
        throw new UnsupportedOperationException("an event stream has no whole form");
    }
}
