package dev.millrace.gateway.http;

import dev.millrace.gateway.PromptRoom.Taken;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Bodies are held within a bound that is taken before they are read, and given back whatever becomes of them. */
class BodyRoomTest {
    private static final int LEFT = 4096;
    private static final String SMALL = ask("hi");
    private static final String LARGE = ask("x".repeat(2 * LEFT));

    private static Door door = Door.CLOSED;
    private static long whole;

    @BeforeAll
    static void open() {
        door = Door.open();
        whole = door.room().free();
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @AfterEach
    void allIsGivenBack() {
        await().until(() -> door.room().free() == whole);
    }

    @Test
    void aBodyForWhichThereIsNoRoomIsRefusedAndASmallerOneIsNot() throws Exception {
        door.turns().play(Events.answer("hi"));
        try (Taken _ = door.room().take(whole - LEFT)) {
            HttpResponse<String> large = door.post(Door.CHAT, LARGE);
            HttpResponse<String> unknown = door.send(door.request(Door.CHAT)
                    .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes(SMALL)))));
            HttpResponse<String> small = door.post(Door.CHAT, SMALL);

            assertThat(large.statusCode()).isEqualTo(503);
            assertThat(large.body())
                    .startsWith("{\"error\":{\"message\":\"the gateway holds prompts of ")
                    .contains("\"code\":\"capacity_exhausted\"");
            assertThat(large.headers().firstValue("retry-after")).hasValue("1");
            assertThat(large.headers().firstValue("x-should-retry")).hasValue("true");
            assertThat(unknown.statusCode()).isEqualTo(503);
            assertThat(small.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void roomIsHeldForAsLongAsTheTurnRuns() throws Exception {
        door.turns().play((request, sink) -> {
            assertThat(door.room().free()).isEqualTo(whole - LARGE.length());
            for (var event : Events.answer("hi")) {
                sink.take(event);
            }
        });

        HttpResponse<String> told = door.post(Door.CHAT, LARGE);
        HttpResponse<String> untold = door.send(door.request(Door.CHAT)
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes(LARGE)))));

        assertThat(told.body()).contains("\"hi\"");
        assertThat(untold.body()).contains("\"hi\"");
    }

    @Test
    void whatNoTurnKeepsIsGivenBack() throws Exception {
        assertThat(door.post("/v1/nothing", LARGE).statusCode()).isEqualTo(404);
        assertThat(door.post(Door.CHAT, "{").statusCode()).isEqualTo(400);
        assertThat(door.post(Door.CHAT, "x".repeat(9 << 20)).statusCode()).isEqualTo(413);
        try (RawCall cut = RawCall.connect(door)) {
            cut.send("POST " + Door.CHAT + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n{\"a");
            await().until(() -> door.room().free() < whole);
        }
    }

    @Test
    void aCompressedBodyIsRefusedAndNotInflated() throws Exception {
        HttpResponse<String> answer = door.send(door.request(Door.CHAT)
                .POST(BodyPublishers.ofByteArray(gzip(bytes(SMALL))))
                .header("content-encoding", "gzip"));

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("\"code\":\"content_encoding_unsupported\"");
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }

    private static String ask(String text) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
