package dev.millrace.gateway.grpc;

import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.billing.v1.SettleUsageRequest;
import dev.millrace.schema.gateway.v1.BackendPresence;
import dev.millrace.schema.gateway.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.gateway.v1.CreateEmbeddingsResponse;
import dev.millrace.schema.gateway.v1.ExplainRouteRequest;
import dev.millrace.schema.gateway.v1.ExplainRouteResponse;
import dev.millrace.schema.gateway.v1.ListModelsRequest;
import dev.millrace.schema.gateway.v1.ListModelsResponse;
import dev.millrace.schema.gateway.v1.ResumeCompletionRequest;
import dev.millrace.schema.gateway.v1.RoutingPreference;
import dev.millrace.schema.gateway.v1.Tier;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelState;
import dev.millrace.schema.inference.v1.UnreachedEngine;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static dev.millrace.gateway.fakes.GatewayFixture.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

final class OtherMethodsTest {

    private final GatewayFixture gateway = GatewayFixture.inProcess();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void explainsARouteWithoutRunningOrChargingIt() {
        gateway.classifier.score(0.8);

        ExplainRouteResponse response = gateway.stub()
                .explainRoute(
                        ExplainRouteRequest.newBuilder().setCompletion(prompt()).build());

        assertThat(response.getRouteDecided().getTier()).isEqualTo(Tier.TIER_COMPLEX);
        assertThat(response.getRouteDecided().getCandidatesList())
                .extracting("model")
                .containsExactly("deepseek-v3.2", "claude-sonnet-4.5", "millrace-starter");
        assertThat(response.getRouteDecided().getVerdict().getSignals(0).getQuote())
                .isEqualTo("prove");
        assertThat(response.getCutoffs().getComplex()).isEqualTo(0.65);
        assertThat(gateway.cloud.seen()).isEmpty();
        assertThat(gateway.billing.settled()).isEmpty();
    }

    @Test
    void asksBillingHowMuchIsLeftForCallersWhoMind() {
        gateway.classifier.score(0.8);
        gateway.billing.spend(450);

        ExplainRouteResponse response = gateway.stub()
                .explainRoute(ExplainRouteRequest.newBuilder()
                        .setCompletion(prompt().toBuilder()
                                .setPreference(RoutingPreference.newBuilder().setBudgetSensitive(true)))
                        .build());

        assertThat(response.getRouteDecided().getChosen().getModel()).isEqualTo("millrace-starter");
        assertThat(response.getRouteDecided().getChosen().getReasonsList())
                .extracting("text")
                .contains("the cheapest first, 90 % of the day's budget is used");
    }

    @Test
    void listsModelsPageByPage() {
        List<String> names = new ArrayList<>();
        String page = "";
        do {
            ListModelsResponse response = gateway.stub()
                    .listModels(ListModelsRequest.newBuilder()
                            .setPageSize(2)
                            .setPageToken(page)
                            .build());
            response.getModelsList().forEach(entry -> names.add(entry.getModel().getId()));
            page = response.getNextPageToken();
        } while (!page.isEmpty());

        assertThat(names)
                .containsExactly(
                        "millrace-starter", "deepseek-v3.2", "gemini-2.5-flash", "claude-sonnet-4.5", "gpt-4.1");
    }

    @Test
    void tellsOfABackendThatAnswersNoMoreAndSendsPromptsThereAllTheSame() {
        gateway.local.silent(true);

        gateway.refresh();
        assertThat(local().getAnswers()).isFalse();
        assertThat(local().hasLastTold()).isTrue();
        assertThat(local().getDetail()).contains("local-inference did not answer when it was last asked, last seen");
        assertThat(starter().getState()).isEqualTo(ModelState.MODEL_STATE_LOADED);

        gateway.refresh();
        gateway.refresh();
        assertThat(starter().getState()).isEqualTo(ModelState.MODEL_STATE_UNAVAILABLE);
        assertThat(starter().getStateDetail())
                .contains("local-inference does not answer, last seen")
                .contains("0 s ago");
        assertThat(GatewayFixture.text(gateway.ask(prompt()))).isEqualTo("hello from millrace-starter");

        gateway.local.silent(false);
        gateway.refresh();
        assertThat(starter().getState()).isEqualTo(ModelState.MODEL_STATE_LOADED);
        assertThat(local().getDetail()).isEmpty();
    }

    @Test
    void tellsOfAnEngineThatNeverAnswered() {
        UnreachedEngine away = UnreachedEngine.newBuilder()
                .setEngine("ollama")
                .setAddress("http://127.0.0.1:11434")
                .setDetail("ollama does not answer: start it")
                .build();
        gateway.local.unreached(away);

        gateway.refresh();

        assertThat(gateway.stub()
                        .listModels(ListModelsRequest.getDefaultInstance())
                        .getUnreachedEnginesList())
                .containsExactly(away);
    }

    private BackendPresence local() {
        return gateway.stub().listModels(ListModelsRequest.getDefaultInstance()).getBackends(0);
    }

    private Model starter() {
        return gateway.stub()
                .listModels(ListModelsRequest.getDefaultInstance())
                .getModels(0)
                .getModel();
    }

    @Test
    void embedsLocallyAndSettles() throws Exception {
        CreateEmbeddingsResponse response = gateway.stub()
                .createEmbeddings(CreateEmbeddingsRequest.newBuilder()
                        .addInputs("one")
                        .addInputs("two")
                        .build());

        assertThat(response.getEmbeddingsCount()).isEqualTo(2);
        assertThat(response.getSpace()).isEqualTo("fake/2");
        assertThat(response.getRoute().getModel()).isEqualTo("millrace-starter");
        SettleUsageRequest settled = gateway.billing.nextSettled();
        assertThat(settled.getRoute()).isEqualTo("local");
    }

    @Test
    void saysThatResumingIsNotServedYet() {
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> gateway.stub()
                        .resumeCompletion(ResumeCompletionRequest.getDefaultInstance())
                        .hasNext());

        assertThat(Fault.of(failure).reason()).isEqualTo("NOT_YET_SERVED");
    }
}
