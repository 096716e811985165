package dev.millrace.gateway.openai;

import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LogprobsTest {

    @Test
    void joinsTheListsOfAllPieces() {
        String joined = Logprobs.join(List.of(
                "{\"content\":[{\"token\":\"a\",\"logprob\":-0.10}],\"refusal\":null}",
                "{\"content\":[{\"token\":\"b\",\"logprob\":-2}]}"));

        assertThat(joined)
                .isEqualTo("{\"content\":[{\"token\":\"a\",\"logprob\":-0.10},{\"token\":\"b\",\"logprob\":-2}],"
                        + "\"refusal\":null}");
        assertThat(Logprobs.join(List.of())).isEqualTo("null");
    }

    @Test
    void whatCannotBeReadIsLeftOutAndFailsNothing() {
        String good = "{\"content\":[{\"token\":\"a\"}]}";

        for (String bad : List.of("[1]", "{", "{\"content\":", "7", "\"text\"")) {
            assertThat(Logprobs.join(List.of(good, bad))).as(bad).isEqualTo("null");
        }
    }
}
