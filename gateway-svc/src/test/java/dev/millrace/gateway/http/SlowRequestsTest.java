package dev.millrace.gateway.http;

import dev.millrace.rpc.Deadlines;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Callers that send slowly, or not at all, or in large numbers. */
class SlowRequestsTest {
    private static final String BODY = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String HEAD =
            "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + BODY.length() + "\r\n\r\n";
    /** No test waits for it; the limits under test are far below. */
    private static final String LONG = "60s";

    @Test
    void whatShipsGivesHeadersFiveSecondsAndARequestOrAStalledReaderThirty() {
        try (Door door = Door.open()) {
            assertThat(door.config().headerLimit()).isEqualTo(Duration.ofSeconds(5));
            assertThat(door.config().requestLimit()).isEqualTo(Duration.ofSeconds(30));
            assertThat(door.config().stallLimit()).isEqualTo(Duration.ofSeconds(30));
            assertThat(door.config().timeout()).isEqualTo(Deadlines.LONGEST);
        }
    }

    @Test
    void headersThatDoNotComeEndTheConnection() throws IOException {
        try (Door door = Door.open("header-limit", "300ms", "request-limit", LONG);
                RawCall call = RawCall.connect(door)) {
            call.send("POST /v1/chat/completions HTTP/1.1\r\nHost: 127");

            assertThat(call.readsToItsEnd()).isTrue();
        }
    }

    @Test
    void aBodyThatDoesNotComeEndsTheConnection() throws IOException {
        try (Door door = Door.open("header-limit", "200ms", "request-limit", "500ms");
                RawCall call = RawCall.connect(door)) {
            call.send(HEAD + BODY.substring(0, 5));

            assertThat(call.readsToItsEnd()).isTrue();
        }
    }

    @Test
    void aConnectionThatSendsNothingIsEnded() throws IOException {
        try (Door door = Door.open("header-limit", "200ms", "request-limit", "500ms");
                RawCall call = RawCall.connect(door)) {
            assertThat(call.readsToItsEnd()).isTrue();
        }
    }

    @Test
    void connectionsBeyondTheLimitAreClosed() throws IOException {
        try (Door door = Door.open("connections-max", "2");
                RawCall one = RawCall.connect(door);
                RawCall two = RawCall.connect(door)) {
            door.turns().play(Events.answer("first"));
            one.send(HEAD + BODY);
            one.awaitText("first");
            two.send(HEAD + BODY);
            two.awaitText("first");

            try (RawCall three = RawCall.connect(door)) {
                assertThat(three.readsToItsEnd()).isTrue();
            }
        }
    }
}
