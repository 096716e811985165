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
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc.GatewayServiceImplBase;
import dev.millrace.schema.gateway.v1.RouteDecided;
import dev.millrace.schema.gateway.v1.RouteReason;
import dev.millrace.schema.gateway.v1.RouteTarget;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse;
import dev.millrace.schema.gateway.v1.Tier;
import dev.millrace.schema.gateway.v1.Timings;
import dev.millrace.schema.gateway.v1.TurnFailure;
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
            default -> answer(caller);
        }
    }

    private static void answer(StreamObserver<StreamCompletionResponse> caller) {
        caller.onNext(event(1).setRouteDecided(RouteDecided.newBuilder()
                        .setTier(Tier.TIER_TRIVIAL)
                        .setVerdict(Verdict.newBuilder().setScore(0.12)))
                .build());
        caller.onNext(event(2).setStarted(Started.getDefaultInstance()).build());
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
