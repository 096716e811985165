package dev.millrace.cli;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.millrace.schema.billing.v1.Charge;
import dev.millrace.schema.billing.v1.CostRow;
import dev.millrace.schema.billing.v1.GetTurnRequest;
import dev.millrace.schema.billing.v1.GetTurnResponse;
import dev.millrace.schema.billing.v1.TurnEnd;
import dev.millrace.schema.billing.v1.TurnHold;
import dev.millrace.schema.billing.v1.TurnState;
import dev.millrace.schema.billing.v1.TurnUsage;
import dev.millrace.schema.billing.v1.UsageServiceGrpc.UsageServiceImplBase;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Instant;

/** Knows one turn: it failed on a local engine and was answered by a cloud. */
final class FakeLedger extends UsageServiceImplBase {
    static final String TURN = "0197c2e4-0a1b-7001-8000-000000000001";
    private static final String DECISION =
            "{\"v\":1,\"decision\":\"d\",\"policy\":\"policy-1\",\"tier\":\"complex\",\"cutoffs\":[0.3500,0.6500,0.9000],"
                    + "\"score\":0.7400,\"confidence\":0.9900,\"intent\":\"out_of_scope\",\"task\":\"REASONING\","
                    + "\"language\":\"en\",\"input_tokens\":1,\"sensitivity\":\"INTERNAL\","
                    + "\"findings\":[[\"email\",\"address\",2]],\"signals\":[[\"proof_words\",0.2600,\"asks for a proof or a derivation\"],[\"option_lines\",-0.1800]],"
                    + "\"judged_by\":\"v1\",\"candidates\":["
                    + "{\"target\":\"local\",\"engine\":\"embedded\",\"model\":\"starter\",\"why\":\"TIER_MATCH\","
                    + "\"text\":\"within its limit\"},"
                    + "{\"target\":\"cloud\",\"engine\":\"holysheep\",\"model\":\"words\",\"why\":\"TIER_MATCH\"},"
                    + "{\"target\":\"cloud\",\"engine\":\"holysheep\",\"model\":\"gpt-4.1\",\"why\":\"UNAVAILABLE\","
                    + "\"text\":\"no key\",\"rejected\":true}],"
                    + "\"attempts\":[[\"starter\",\"ENGINE_FAILED\",12,\"out of memory\"],[\"words\",\"completed\",1700]]}";

    @Override
    public void getTurn(GetTurnRequest request, StreamObserver<GetTurnResponse> caller) {
        if (!request.getTurnId().equals(TURN)) {
            caller.onError(Status.NOT_FOUND.asRuntimeException());
            return;
        }
        TokenUsage usage = TokenUsage.newBuilder()
                .setInputTokens(18)
                .setOutputTokens(8)
                .setProvenance(UsageProvenance.USAGE_PROVENANCE_REPORTED)
                .build();
        caller.onNext(GetTurnResponse.newBuilder()
                .setTurn(TurnUsage.newBuilder()
                        .setTurnId(TURN)
                        .setCreateTime(Timestamp.newBuilder()
                                .setSeconds(
                                        Instant.parse("2026-01-31T08:00:00Z").getEpochSecond()))
                        .setState(TurnState.TURN_STATE_SETTLED)
                        .setEnd(TurnEnd.TURN_END_COMPLETED)
                        .setRoute("cloud")
                        .setModel("words")
                        .setUsage(usage)
                        .setWastedOutputTokens(3)
                        .setFirstToken(Duration.newBuilder().setNanos(108_000_000))
                        .setTotal(Duration.newBuilder().setSeconds(1).setNanos(700_000_000))
                        .setCharge(Charge.newBuilder()
                                .setChargedNanoUsd(7_000)
                                .setSavedNanoUsd(157_000)
                                .setReferenceModel("gpt-4.1")))
                .addHolds(TurnHold.newBuilder()
                        .setAttemptId(TURN + "/2")
                        .setModel("words")
                        .setAmountNanoUsd(480_000)
                        .setOutputTokenLimit(64)
                        .setOutcome("settled"))
                .addCosts(CostRow.newBuilder()
                        .setAttemptId(TURN + "/1")
                        .setTry(1)
                        .setProvider("embedded")
                        .setModel("starter")
                        .setOutcome("failed"))
                .addCosts(CostRow.newBuilder()
                        .setAttemptId(TURN + "/2")
                        .setTry(1)
                        .setProvider("holysheep")
                        .setModel("words")
                        .setOutcome("completed")
                        .setUsage(usage)
                        .setCostNanoUsd(7_000))
                .setDecisionJson(DECISION)
                .build());
        caller.onCompleted();
    }
}
