package dev.millrace.local.servers.openai;

import dev.millrace.local.Ending;
import dev.millrace.local.EngineFault;
import dev.millrace.local.Generation;
import dev.millrace.local.servers.KeptAnswer;
import dev.millrace.local.servers.ServerFaults;
import dev.millrace.local.servers.ServerSpec;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.SamplingParameters;
import java.net.URI;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** When a stream of several choices is whole. */
class ChatStreamTest {
    private static final String TEXT_0 = piece(0, "{\"content\":\"one\"}", "null");
    private static final String TEXT_1 = piece(1, "{\"content\":\"two\"}", "null");
    private static final String END_0 = piece(0, "{}", "\"stop\"");
    private static final String END_1 = piece(1, "{}", "\"length\"");
    private static final String DONE = "data: [DONE]";

    @Test
    void isWholeOnceEveryChoiceHasEnded() throws Exception {
        Ending ending = read(2, TEXT_0, TEXT_1, END_1, END_0);

        assertThat(ending.choiceEnds()).extracting(ChoiceEnd::getIndex).containsExactly(0, 1);
    }

    @Test
    void isCutWhileAChoiceThatBeganHasNoEnd() {
        assertThat(cut(2, TEXT_0, TEXT_1, END_0).message()).contains("1 of 2 choices");
        assertThat(cut(2, TEXT_0, TEXT_1, END_0, DONE).kind()).isEqualTo(EngineFault.Kind.FAILED);
    }

    @Test
    void isCutBeforeAChoiceThatWasAskedForBegan() {
        assertThat(cut(2, TEXT_0, END_0).kind()).isEqualTo(EngineFault.Kind.FAILED);
    }

    @Test
    void anEngineThatGivesOneChoiceOnlyMayCloseItsStreamAsItShould() throws Exception {
        assertThat(read(2, TEXT_0, END_0, DONE).choiceEnds()).hasSize(1);
    }

    @Test
    void aSingleAnswerWithoutEndIsCut() {
        assertThat(cut(1, TEXT_0, DONE).kind()).isEqualTo(EngineFault.Kind.FAILED);
    }

    @Test
    void refusesAnIndexThatNobodyAskedFor() {
        assertThat(cut(1, piece(-1, "{}", "\"stop\"")).message()).contains("-1");
        assertThat(cut(1, piece(1_000_000_000, "{}", "\"stop\"")).kind()).isEqualTo(EngineFault.Kind.FAILED);
    }

    @Test
    void contentThatIsNoTextIsAFaultAndNotAHole() {
        assertThat(cut(1, piece(0, "{\"content\":5}", "null"), END_0).message()).contains("neither text nor null");
        assertThat(cut(1, piece(0, "{\"content\":[{\"text\":\"x\"}]}", "null"), END_0)
                        .kind())
                .isEqualTo(EngineFault.Kind.FAILED);
    }

    private static EngineFault cut(int choices, String... lines) {
        return catchThrowableOfType(EngineFault.class, () -> read(choices, lines));
    }

    private static Ending read(int choices, String... lines) throws Exception {
        Generation hello = KeptAnswer.hello("m");
        Generation generation = new Generation(
                hello.model(),
                hello.messages(),
                SamplingParameters.newBuilder().setChoiceCount(choices).build(),
                hello.tools(),
                hello.toolChoice(),
                hello.responseFormat(),
                hello.outputTokensMax(),
                hello.lengthCause(),
                hello.estimatedInputTokens(),
                hello.extraParametersJson());
        ChatStream stream = new ChatStream(
                generation,
                List.of(),
                new KeptAnswer(),
                new ServerSpec(URI.create("http://127.0.0.1:1"), OptionalInt.empty(), 8192, ""),
                new ServerFaults("openai engine", "start it", "give it the model"));
        for (String line : lines) {
            if (!stream.line(line)) {
                break;
            }
        }
        return stream.ending();
    }

    private static String piece(int index, String delta, String finish) {
        return "data: {\"choices\":[{\"index\":" + index + ",\"delta\":" + delta + ",\"finish_reason\":" + finish
                + "}]}";
    }
}
