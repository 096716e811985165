package dev.millrace.gateway.routing;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RouteReason.Kind;
import dev.millrace.gateway.Routing.Route;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.Verdict.Sensitivity;
import dev.millrace.schema.completion.v1.Tool;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What is left out of a plan, and what a caller reads where nothing is left in it. */
final class RefusedRoutingTest extends RoutingQuestion {

    @Test
    void withoutAnyCloudModelTheLocalOneAnswersAndSaysThatThePromptIsAboveIt() {
        models.removeIf(entry -> entry.target() == Target.CLOUD);
        judgement = judged(0.95, Sensitivity.PUBLIC);

        Route route = route();

        assertThat(names(route)).containsExactly(STARTER);
        assertThat(text(route, 0)).contains("above its limit");
        assertThat(route.rejected()).extracting(Candidate::model).containsExactly("gpt-4.1", "claude-sonnet-4.5");
    }

    @Test
    void namesTheEnginesThatNeverAnsweredWhereNothingElseCan() {
        models.clear();
        unreached = List.of(OLLAMA);

        Route route = route();

        TurnFault refusal = route.refusal().orElseThrow();
        assertThat(refusal.reason()).isEqualTo(Reason.NO_BACKEND_ANSWERED);
        assertThat(refusal.getMessage()).contains("local ollama: " + OLLAMA.detail());
        assertThat(route.rejected()).anySatisfy(candidate -> {
            assertThat(candidate.engine()).isEqualTo("ollama");
            assertThat(candidate.model()).isEmpty();
            assertThat(candidate.reasons().getFirst().kind()).isEqualTo(Kind.UNAVAILABLE);
        });
    }

    @Test
    void looksAtNoEngineThatTheCallerExcludes() {
        unreached = List.of(OLLAMA);

        model = "cloud";
        assertThat(route().rejected()).noneMatch(candidate -> candidate.model().isEmpty());
        model = STARTER;
        assertThat(route().rejected()).noneMatch(candidate -> candidate.model().isEmpty());
    }

    @Test
    void anUnknownModelMayBeAtAnEngineThatNeverAnswered() {
        unreached = List.of(OLLAMA);
        model = "zzzzzzzz";

        assertThat(refusal().getMessage())
                .contains("There are: auto, local, cloud, " + STARTER)
                .contains("ollama at http://127.0.0.1:11434", OLLAMA.detail());
    }

    @Test
    void anUnknownModelIsRefusedWithTheNearestNames() {
        model = "gpt-4.2";

        TurnFault refusal = refusal();

        assertThat(refusal.reason()).isEqualTo(Reason.MODEL_UNKNOWN);
        assertThat(refusal.metadata()).containsEntry("model", "gpt-4.2");
        assertThat(refusal.metadata().get("nearest")).contains("gpt-4.1");
    }

    @Test
    void aModelIsNotCalledUnknownBeforeEveryBackendHasTold() {
        model = "other";
        complete = false;

        assertThat(refusal().reason()).isEqualTo(Reason.PEER_UNAVAILABLE);
    }

    @Test
    void anUnavailableModelIsLeftOutWithItsReason() {
        models.replaceAll(
                entry -> entry.target() == Target.CLOUD ? unavailable(entry, "no key: set HOLYSHEEP_API_KEY") : entry);
        judgement = judged(0.8, Sensitivity.PUBLIC);

        Route route = route();

        assertThat(names(route)).containsExactly(STARTER);
        assertThat(route.rejected().getFirst().reasons().getFirst().text()).isEqualTo("no key: set HOLYSHEEP_API_KEY");
    }

    @Test
    void whenNothingIsAvailableEachReasonIsTold() {
        models.replaceAll(entry -> unavailable(entry, "engine down"));

        TurnFault refusal = refusal();

        assertThat(refusal.reason()).isEqualTo(Reason.NO_BACKEND_ANSWERED);
        assertThat(refusal.getMessage()).contains("local millrace-starter: engine down", "cloud deepseek-v3.2");
    }

    @Test
    void whereNoModelIsOfTheKindThatWasAskedForThatIsSaid() {
        models.removeIf(entry -> entry.target() == Target.LOCAL);
        model = "local";

        TurnFault refusal = refusal();

        assertThat(refusal.reason()).isEqualTo(Reason.NO_BACKEND_ANSWERED);
        assertThat(refusal)
                .hasMessage("no backend could answer: there is no local model, and only such a one was asked for");
        assertThat(refusal.metadata()).containsEntry("next", "ask for \"auto\", or add an engine");
    }

    @Test
    void aModelThatLacksACapabilityIsLeftOut() {
        tools = List.of(Tool.newBuilder().setName("weather").build());
        assertThat(plan()).containsExactly("deepseek-v3.2");

        model = "local";
        assertThat(refusal().reason()).isEqualTo(Reason.CAPABILITY_UNSUPPORTED);
        assertThat(refusal().getMessage()).endsWith(". `millrace models` says what each can");
        assertThat(refusal().metadata()).containsEntry("capability", "tools");
    }

    @Test
    void aPromptThatFitsNoWindowIsRefused() {
        judgement = judged(0.1, Sensitivity.PUBLIC, 9_000);

        assertThat(plan()).containsExactly("deepseek-v3.2");
        model = "local";
        assertThat(refusal().reason()).isEqualTo(Reason.CONTEXT_TOO_LONG);
        assertThat(refusal().metadata()).containsEntry("input_tokens", "9000").containsEntry("context_length", "4096");
    }
}
