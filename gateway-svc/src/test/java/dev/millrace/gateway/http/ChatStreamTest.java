package dev.millrace.gateway.http;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ChatStreamTest {
    private static final String ASK = "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private final Door door = Door.open();

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void sendsOneFrameAPieceAndNothingElse() throws Exception {
        door.turns.play(Events.answer("He", "llo"));

        HttpResponse<String> answer = door.post(Door.CHAT, ASK, "x-request-id", "mine");

        assertThat(answer.statusCode()).isEqualTo(200);
        System.out.println(answer.headers().map());
        System.out.println(answer.body());
        String head = answer.body().substring(0, answer.body().indexOf(",\"choices\""));
        assertThat(head)
                .matches("data: \\{\"id\":\"chatcmpl-[0-9a-f-]{36}\",\"object\":\"chat.completion.chunk\","
                        + "\"created\":[0-9]+,\"model\":\"millrace-starter\"");
        assertThat(answer.body().replace(head, "H")).isEqualTo("""
                        H,"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]}

                        H,"choices":[{"index":0,"delta":{"content":"He"},"logprobs":null,"finish_reason":null}]}

                        H,"choices":[{"index":0,"delta":{"content":"llo"},"logprobs":null,"finish_reason":null}]}

                        H,"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}

                        data: [DONE]

                        """);
    }
}
