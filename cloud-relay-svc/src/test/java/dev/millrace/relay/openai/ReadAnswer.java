package dev.millrace.relay.openai;

import dev.millrace.relay.StoredBody;
import dev.millrace.relay.Upstream;
import dev.millrace.relay.UpstreamEvent;
import dev.millrace.relay.UpstreamEvent.Chunk;
import dev.millrace.relay.UpstreamEvent.Done;
import dev.millrace.relay.UpstreamEvent.EndOfBody;
import dev.millrace.schema.completion.v1.Delta;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What a provider's answer says, read to its end. */
record ReadAnswer(List<UpstreamEvent> events) {
    ReadAnswer {
        events = List.copyOf(events);
    }

    static ReadAnswer of(String body) throws IOException {
        return of(body.getBytes(UTF_8));
    }

    static ReadAnswer of(byte[] body) throws IOException {
        return of(new ByteArrayInputStream(body));
    }

    static ReadAnswer of(InputStream body) throws IOException {
        return of(new StoredBody(body));
    }

    static ReadAnswer of(Upstream.Body body) throws IOException {
        AnswerEvents events = new AnswerEvents(body);
        List<UpstreamEvent> all = new ArrayList<>();
        do {
            UpstreamEvent event = events.next();
            if (event != null) {
                all.add(event);
            }
        } while (all.isEmpty() || !(all.getLast() instanceof EndOfBody || all.getLast() instanceof Done));
        return new ReadAnswer(all);
    }

    UpstreamEvent first() {
        return events.getFirst();
    }

    UpstreamEvent last() {
        return events.getLast();
    }

    List<Delta> deltas() {
        return events.stream()
                .filter(Chunk.class::isInstance)
                .flatMap(chunk -> ((Chunk) chunk).deltas().stream())
                .toList();
    }

    String text() {
        StringBuilder text = new StringBuilder();
        deltas().forEach(delta -> text.append(delta.getText()));
        return text.toString();
    }
}
