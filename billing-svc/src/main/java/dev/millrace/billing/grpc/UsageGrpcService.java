package dev.millrace.billing.grpc;

import com.google.protobuf.Timestamp;
import dev.millrace.billing.Grouping;
import dev.millrace.billing.Ledger;
import dev.millrace.billing.Page;
import dev.millrace.billing.Turn;
import dev.millrace.billing.TurnDetail;
import dev.millrace.billing.UsagePeriod;
import dev.millrace.billing.UsageReport;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.billing.v1.GetTurnRequest;
import dev.millrace.schema.billing.v1.GetTurnResponse;
import dev.millrace.schema.billing.v1.ListUsageRequest;
import dev.millrace.schema.billing.v1.ListUsageResponse;
import dev.millrace.schema.billing.v1.QueryUsageReportRequest;
import dev.millrace.schema.billing.v1.QueryUsageReportResponse;
import dev.millrace.schema.billing.v1.UsageServiceGrpc.UsageServiceImplBase;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What was used, over gRPC; each caller sees the turns of its own tenant. */
@Singleton
public final class UsageGrpcService extends UsageServiceImplBase {
    /** "Before now" includes what was settled in this very instant. */
    private static final Duration JUST_NOW = Duration.ofSeconds(1);

    private final Ledger ledger;
    private final InstantSource clock;

    public UsageGrpcService(Ledger ledger, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public void listUsage(ListUsageRequest request, StreamObserver<ListUsageResponse> caller) {
        Answers.answer(caller, () -> {
            UsagePeriod period = period(
                    request.getTenant(),
                    request.hasStartTime() ? Optional.of(request.getStartTime()) : Optional.empty(),
                    request.hasEndTime() ? Optional.of(request.getEndTime()) : Optional.empty());
            Page<Turn> page = ledger.turns(period, Fields.pageSize(request.getPageSize()), request.getPageToken());
            ListUsageResponse.Builder answer = ListUsageResponse.newBuilder().setNextPageToken(page.nextToken());
            page.items().forEach(turn -> answer.addTurns(UsageCodec.toWire(turn)));
            return answer.build();
        });
    }

    @Override
    public void getTurn(GetTurnRequest request, StreamObserver<GetTurnResponse> caller) {
        Answers.answer(caller, () -> {
            String id = Fields.required("turn_id", request.getTurnId());
            TurnDetail found = Fields.ownTenantIfAllowed(request.getTenant())
                    .flatMap(tenant -> ledger.turn(tenant, id))
                    .orElseThrow(() -> BillingFaults.turnUnknown(id).toException());
            GetTurnResponse.Builder answer = GetTurnResponse.newBuilder()
                    .setTurn(UsageCodec.toWire(found.turn()))
                    .setDecisionJson(found.decisionJson());
            found.costs().forEach(call -> answer.addCosts(UsageCodec.toWire(call)));
            found.holds().forEach(hold -> answer.addHolds(UsageCodec.toWire(hold)));
            return answer.build();
        });
    }

    @Override
    public void queryUsageReport(QueryUsageReportRequest request, StreamObserver<QueryUsageReportResponse> caller) {
        Answers.answer(caller, () -> {
            UsagePeriod period = period(
                    request.getTenant(),
                    request.hasStartTime() ? Optional.of(request.getStartTime()) : Optional.empty(),
                    request.hasEndTime() ? Optional.of(request.getEndTime()) : Optional.empty());
            UsageReport report = ledger.report(period, grouping(request.getGroupBy()));
            QueryUsageReportResponse.Builder answer = QueryUsageReportResponse.newBuilder()
                    .setTotal(UsageCodec.toWire(report.total()))
                    .setBudget(MoneyCodec.toWire(ledger.budget(period.tenant())));
            report.rows().forEach(row -> answer.addRows(UsageCodec.toWire(row)));
            return answer.build();
        });
    }

    private UsagePeriod period(String tenant, Optional<Timestamp> start, Optional<Timestamp> end) {
        Instant now = clock.instant();
        return new UsagePeriod(
                Fields.ownTenant(tenant),
                start.map(WireTimes::fromWire).orElse(now.truncatedTo(ChronoUnit.DAYS)),
                end.map(WireTimes::fromWire).orElse(now.plus(JUST_NOW)));
    }

    private static Grouping grouping(QueryUsageReportRequest.GroupBy groupBy) {
        return switch (groupBy) {
            case GROUP_BY_UNSPECIFIED, GROUP_BY_MODEL -> Grouping.MODEL;
            case GROUP_BY_DAY -> Grouping.DAY;
            case GROUP_BY_TIER -> Grouping.TIER;
            case GROUP_BY_END -> Grouping.END;
            case UNRECOGNIZED ->
                throw BillingFaults.fieldInvalid("group_by", "group_by: unknown (expected: a known group)")
                        .toException();
        };
    }
}
