package dev.millrace.gateway.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class JsonOutTest {

    private static String write(String text) {
        return new String(new JsonOut(1).string(text).toBytes(), StandardCharsets.UTF_8);
    }

    private static String read(String json) throws Exception {
        try (JsonParser parser = new JsonFactory().createParser(json.getBytes(StandardCharsets.UTF_8))) {
            parser.nextToken();
            return parser.getText();
        }
    }

    @Test
    void escapesWhatMustBeAndNothingElse() {
        assertThat(write("a\"b\\c\n\t\r\u0001é€🙂/")).isEqualTo("\"a\\\"b\\\\c\\n\\t\\r\\u0001é€🙂/\"");
    }

    @Test
    void aPairCutInTwoIsWholeAgainWhenTheReaderJoinsThePieces() throws Exception {
        String first = write("\uD83D");
        String second = write("\uDE42!");

        assertThat(first).isEqualTo("\"\\ud83d\"");
        assertThat(read(first) + read(second)).isEqualTo("🙂!");
    }

    @Test
    void anyTextComesBackAsItWas() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(40);
            for (int j = 0; j < length; j++) {
                text.append((char) random.nextInt(i % 2 == 0 ? 0x10000 : 0x100));
            }
            assertThat(read(write(text.toString()))).as("seed " + seed).isEqualTo(text.toString());
        }
    }

    @Test
    void putsCommasWhereTheyBelong() {
        JsonOut out = new JsonOut(4)
                .object()
                .field("a", 1)
                .key("b")
                .array()
                .number(1)
                .string("[")
                .number(2);
        out.object().endObject().endArray().nullField("c").endObject();

        assertThat(new String(out.toBytes(), StandardCharsets.UTF_8))
                .isEqualTo("{\"a\":1,\"b\":[1,\"[\",2,{}],\"c\":null}");
    }
}
