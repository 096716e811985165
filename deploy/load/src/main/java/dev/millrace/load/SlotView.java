package dev.millrace.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** What llama.cpp's server says of its slots. */
final class SlotView {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpRequest slots;

    SlotView(int port) {
        slots = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/slots"))
                .build();
    }

    boolean isIdle() {
        try {
            String body = client.send(slots, BodyHandlers.ofString()).body();
            return body.contains("\"is_processing\":false") && !body.contains("\"is_processing\":true");
        } catch (IOException failure) {
            throw new IllegalStateException("the engine's server does not answer", failure);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
