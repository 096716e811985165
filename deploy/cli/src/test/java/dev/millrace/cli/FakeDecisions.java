package dev.millrace.cli;

import dev.millrace.schema.billing.v1.GetTurnRequest;
import dev.millrace.schema.billing.v1.GetTurnResponse;
import dev.millrace.schema.billing.v1.ListUsageRequest;
import dev.millrace.schema.billing.v1.ListUsageResponse;
import dev.millrace.schema.billing.v1.TurnUsage;
import dev.millrace.schema.billing.v1.UsageServiceGrpc.UsageServiceImplBase;
import io.grpc.stub.StreamObserver;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A ledger of so many turns, decided by the policy of the {@link FakeGateway}; the first 200 scores rise evenly
 * from 0 to 1, all others are 0.
 */
final class FakeDecisions extends UsageServiceImplBase {
    private static final Cutoffs IN_FORCE = new Cutoffs("policy-1", 0.35, 0.65, 0.90);
    private static final int PAGE = 400;

    private static final int STEPS = 200;

    private final int turns;

    FakeDecisions(int turns) {
        this.turns = turns;
    }

    @Override
    public void listUsage(ListUsageRequest request, StreamObserver<ListUsageResponse> caller) {
        int from = request.getPageToken().isEmpty() ? 0 : Integer.parseInt(request.getPageToken());
        int to = Math.min(turns, from + PAGE);
        ListUsageResponse.Builder page =
                ListUsageResponse.newBuilder().setNextPageToken(to < turns ? Integer.toString(to) : "");
        IntStream.range(from, to)
                .forEach(turn -> page.addTurns(TurnUsage.newBuilder().setTurnId("turn-" + turn)));
        caller.onNext(page.build());
        caller.onCompleted();
    }

    @Override
    public void getTurn(GetTurnRequest request, StreamObserver<GetTurnResponse> caller) {
        int turn = Integer.parseInt(request.getTurnId().substring("turn-".length()));
        double score = turn < STEPS ? turn / (double) STEPS : 0;
        caller.onNext(GetTurnResponse.newBuilder()
                .setDecisionJson(String.format(
                        Locale.ROOT,
                        "{\"v\":1,\"score\":%.4f,\"tier\":\"%s\",\"policy\":\"policy-1\",\"judged_by\":\"head\"}",
                        score,
                        IN_FORCE.tierOf(score)))
                .build());
        caller.onCompleted();
    }
}
