package dev.millrace.relay.openai;

import dev.millrace.relay.EmbeddingAnswer;
import dev.millrace.relay.WireFormat.Malformed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class EmbeddingCodecTest {
    private static EmbeddingAnswer read(String json, int expected) throws IOException {
        return EmbeddingCodec.read(new ByteArrayInputStream(json.getBytes(UTF_8)), expected);
    }

    @Test
    void listsAndBase64AreTheSameAndTheIndexDecidesTheOrder() throws IOException {
        ByteBuffer floats = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        floats.putFloat(0.5f).putFloat(-2f);
        String base64 = Base64.getEncoder().encodeToString(floats.array());

        EmbeddingAnswer answer = read(
                "{\"model\":\"bge-m3\",\"data\":[{\"index\":1,\"embedding\":[3,4.0]},{\"index\":0,\"embedding\":\""
                        + base64 + "\"}],\"usage\":{\"prompt_tokens\":4}}",
                2);

        assertThat(answer.vectors().get(0)).containsExactly(0.5f, -2f);
        assertThat(answer.vectors().get(1)).containsExactly(3f, 4f);
        assertThat(answer.usage().getInputTokens()).isEqualTo(4);
        assertThat(answer.model()).isEqualTo("bge-m3");
    }

    @Test
    void answerThatDoesNotFitTheRequestIsRefused() {
        for (String bad : new String[] {
            "{}",
            "{\"data\":[{\"embedding\":[1]}]}",
            "{\"data\":[{\"index\":7,\"embedding\":[1]},{\"index\":0,\"embedding\":[1]}]}",
            "{\"data\":[{\"embedding\":[]},{\"embedding\":[1]}]}",
            "{\"data\":[{\"embedding\":[\"x\"]},{\"embedding\":[1]}]}",
            "{\"data\":[{\"embedding\":\"%%\"},{\"embedding\":[1]}]}",
            "<html>"
        }) {
            assertThatThrownBy(() -> read(bad, 2)).as(bad).isInstanceOf(Malformed.class);
        }
    }
}
