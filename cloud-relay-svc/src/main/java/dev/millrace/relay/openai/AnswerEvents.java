package dev.millrace.relay.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.relay.Upstream;
import dev.millrace.relay.UpstreamEvent;
import dev.millrace.relay.WireFormat.AnswerReader;
import dev.millrace.relay.WireFormat.Malformed;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Turns a body of server-sent events into what they say. An event that cannot be read is an error, never a hole. */
final class AnswerEvents implements AnswerReader {
    private final SseReader events;
    private final HalfCharacters halves = new HalfCharacters();
    private final TextSoFar soFar = new TextSoFar();
    private final Deque<UpstreamEvent> ready = new ArrayDeque<>(2);

    AnswerEvents(Upstream.Body body) {
        events = new SseReader(body);
    }

    @Override
    public @Nullable UpstreamEvent next() throws IOException {
        while (ready.isEmpty()) {
            SseReader.Event event = events.next();
            if (event == null) {
                return events.isStarved() ? null : new UpstreamEvent.EndOfBody();
            }
            if (event.isEndMark()) {
                return new UpstreamEvent.Done();
            }
            read(event);
        }
        return ready.removeFirst();
    }

    @Override
    public int begunBytes() {
        return events.begunBytes();
    }

    private void read(SseReader.Event event) throws IOException {
        if (event.name().equals("error")) {
            ready.add(FaultReader.body(event.data()));
            return;
        }
        try (JsonParser parser = Json.FACTORY.createParser(event.data())) {
            // Two values in one event are a provider that forgot the empty line between two chunks.
            while (parser.nextToken() != null) {
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    throw new Malformed("an event that is not a JSON object");
                }
                ready.add(new ChunkReader(halves, soFar).read(parser));
            }
        } catch (JsonProcessingException invalid) {
            if (!event.cut()) {
                throw new Malformed("an event that is not valid JSON of at most " + Json.DEPTH_MAX + " levels");
            }
        }
    }
}
