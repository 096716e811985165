package dev.millrace.cli;

import dev.millrace.rpc.Fault;
import dev.millrace.schema.classifier.v1.Verdict;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.Started;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.gateway.v1.AttemptSummary;
import dev.millrace.schema.gateway.v1.Candidate;
import dev.millrace.schema.gateway.v1.Completed;
import dev.millrace.schema.gateway.v1.Cost;
import dev.millrace.schema.gateway.v1.ExplainRouteRequest;
import dev.millrace.schema.gateway.v1.ExplainRouteResponse;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc.GatewayServiceImplBase;
import dev.millrace.schema.gateway.v1.ListModelsRequest;
import dev.millrace.schema.gateway.v1.ListModelsResponse;
import dev.millrace.schema.gateway.v1.ModelEntry;
import dev.millrace.schema.gateway.v1.ModelPrice;
import dev.millrace.schema.gateway.v1.RouteDecided;
import dev.millrace.schema.gateway.v1.RouteReason;
import dev.millrace.schema.gateway.v1.RouteTarget;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse;
import dev.millrace.schema.gateway.v1.Tier;
import dev.millrace.schema.gateway.v1.TierCutoffs;
import dev.millrace.schema.gateway.v1.Timings;
import dev.millrace.schema.gateway.v1.TurnFailure;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelCapabilities;
import dev.millrace.schema.inference.v1.ModelState;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;

/** Answers every prompt with two pieces, except those that name a fault. */
final class FakeGateway extends GatewayServiceImplBase {
    private static final Candidate STARTER = Candidate.newBuilder()
            .setTarget(RouteTarget.ROUTE_TARGET_LOCAL)
            .setEngine("embedded")
            .setModel("millrace-starter")
            .addReasons(RouteReason.newBuilder().setText("short question"))
            .build();

    @Override
    public void streamCompletion(StreamCompletionRequest request, StreamObserver<StreamCompletionResponse> caller) {
        String prompt = request.getMessages(0).getParts(0).getText();
        switch (prompt) {
            case "no money" ->
                caller.onError(
                        Fault.of(Status.Code.RESOURCE_EXHAUSTED, "gateway", "BUDGET_EXHAUSTED", "the budget is spent")
                                .toException());
            case "nobody" -> caller.onError(nobodyAnswered());
            case "no gateway" ->
                caller.onError(Status.UNAVAILABLE
                        .withDescription("no healthy upstream")
                        .asRuntimeException());
            case "gateway lost" ->
                caller.onError(Status.INTERNAL
                        .withDescription("upstream connect error or disconnect/reset before headers. reset reason:"
                                + " connection termination")
                        .asRuntimeException());
            case "to ollama" -> answer(caller, "ollama");
            default -> answer(caller, "embedded");
        }
    }

    @Override
    public void explainRoute(ExplainRouteRequest request, StreamObserver<ExplainRouteResponse> caller) {
        caller.onNext(ExplainRouteResponse.newBuilder()
                .setRouteDecided(RouteDecided.newBuilder().setTier(Tier.TIER_TRIVIAL))
                .setCutoffs(TierCutoffs.newBuilder()
                        .setVersion("policy-1")
                        .setModerate(0.35)
                        .setComplex(0.65)
                        .setPremium(0.90))
                .build());
        caller.onCompleted();
    }

    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> caller) {
        caller.onNext(ListModelsResponse.newBuilder()
                .addModels(ModelEntry.newBuilder()
                        .setTarget(RouteTarget.ROUTE_TARGET_LOCAL)
                        .setModel(model("starter", "embedded", ModelState.MODEL_STATE_LOADED)
                                .setContextLength(512)))
                .addModels(ModelEntry.newBuilder()
                        .setTarget(RouteTarget.ROUTE_TARGET_CLOUD)
                        .addAliases("smart")
                        .setPrice(ModelPrice.newBuilder()
                                .setInputNanoUsdPerMillion(2_000_000_000L)
                                .setOutputNanoUsdPerMillion(8_000_000_000L))
                        .setModel(withoutKey("gpt-4.1").addAliases("gpt-4")))
                .addModels(ModelEntry.newBuilder()
                        .setTarget(RouteTarget.ROUTE_TARGET_CLOUD)
                        .setModel(withoutKey("gpt-5")))
                .build());
        caller.onCompleted();
    }

    private static Model.Builder withoutKey(String id) {
        return model(id, "holysheep", ModelState.MODEL_STATE_UNAVAILABLE)
                .setStateDetail("no key: set HOLYSHEEP_API_KEY");
    }

    private static Model.Builder model(String id, String engine, ModelState state) {
        return Model.newBuilder()
                .setId(id)
                .setEngine(engine)
                .setState(state)
                .setCapabilities(ModelCapabilities.newBuilder().setChat(true));
    }

    private static void answer(StreamObserver<StreamCompletionResponse> caller, String engine) {
        caller.onNext(event(1).setRouteDecided(RouteDecided.newBuilder()
                        .setTurnId("0197c2e4-0a1b-7001-8000-000000000001")
                        .setTier(Tier.TIER_TRIVIAL)
                        .setVerdict(Verdict.newBuilder().setScore(0.12)))
                .build());
        caller.onNext(
                event(2).setStarted(Started.newBuilder().setEngine(engine)).build());
        caller.onNext(event(3).setDelta(Delta.newBuilder().setText("We are ")).build());
        caller.onNext(event(4).setDelta(Delta.newBuilder().setText("open.")).build());
        caller.onNext(event(5).setCompleted(Completed.newBuilder()
                        .setRoute(STARTER)
                        .setUsage(TokenUsage.newBuilder().setInputTokens(14).setOutputTokens(31))
                        .setTimings(Timings.newBuilder()
                                .setFirstToken(com.google.protobuf.Duration.newBuilder()
                                        .setNanos(21_000_000))
                                .setTokensPerSecond(840))
                        .setCost(Cost.newBuilder()
                                .setChargedNanoUsd(0)
                                .setSavedNanoUsd(276_000)
                                .setReferenceModel("gpt-4.1")))
                .build());
        caller.onCompleted();
    }

    private static StreamCompletionResponse.Builder event(long sequence) {
        return StreamCompletionResponse.newBuilder().setSequence(sequence).setAttempt(1);
    }

    private static RuntimeException nobodyAnswered() {
        return Fault.of(Status.Code.ABORTED, "gateway", "NO_BACKEND_ANSWERED", "no backend could answer")
                .retryAfter(Duration.ofSeconds(2))
                .with(TurnFailure.newBuilder()
                        .setTurnId("0197c2e4")
                        .addAttempts(AttemptSummary.newBuilder()
                                .setTarget(RouteTarget.ROUTE_TARGET_CLOUD)
                                .setModel("deepseek-v3.2")
                                .setOutcome("PROVIDER_KEY_REFUSED")
                                .setDetail("key refused by api.holysheep.ai (403)"))
                        .addPassedOver(Candidate.newBuilder()
                                .setTarget(RouteTarget.ROUTE_TARGET_LOCAL)
                                .setEngine("ollama")
                                .setRejected(true)
                                .addReasons(RouteReason.newBuilder().setText("ollama does not answer: start it")))
                        .build())
                .toException();
    }
}
