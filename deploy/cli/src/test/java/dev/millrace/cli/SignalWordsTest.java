package dev.millrace.cli;

import dev.millrace.schema.classifier.v1.Signal;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What moved a score is told in the same words before a turn and after it. */
class SignalWordsTest {

    private static final Signal PROOF = Signal.newBuilder()
            .setId("proof_words")
            .setDescription("asks for a proof or a derivation")
            .setWeight(0.16)
            .build();

    @Test
    void aTurnTellsASignalInTheWordsOfItsRoute() {
        assertThat(why("[\"proof_words\",0.1600,\"asks for a proof or a derivation\"]"))
                .endsWith("signals " + RouteText.signal(PROOF));
    }

    @Test
    void aRouteAddsTheWordsOfThePromptWhichNobodyKeeps() {
        assertThat(RouteText.signal(PROOF.toBuilder().setQuote("prove, show").build()))
                .isEqualTo("+0.16 asks for a proof or a derivation (\"prove, show\")");
    }

    @Test
    void aRecordWithoutWordsHasTheIdInTheirPlace() {
        assertThat(why("[\"proof_words\",0.1600]")).endsWith("signals +0.16 proof words");
    }

    private static String why(String signal) {
        String record =
                "{\"v\":1,\"candidates\":[],\"tier\":\"complex\",\"score\":0.7,\"confidence\":0.9,\"intent\":\"a\","
                        + "\"task\":\"CODE\",\"language\":\"en\",\"input_tokens\":1,\"sensitivity\":\"PUBLIC\",\"signals\":["
                        + signal + "]}";
        return Decision.read(record).orElseThrow().why();
    }
}
