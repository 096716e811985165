package dev.millrace.billing.grpc;

import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.sqlite.SqliteLedger;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.schema.billing.v1.AttemptPhase;
import dev.millrace.schema.billing.v1.AuthenticateKeyRequest;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.BillingServiceGrpc.BillingServiceBlockingStub;
import dev.millrace.schema.billing.v1.Budget;
import dev.millrace.schema.billing.v1.Charge;
import dev.millrace.schema.billing.v1.CostRow;
import dev.millrace.schema.billing.v1.GetBudgetRequest;
import dev.millrace.schema.billing.v1.GetTurnRequest;
import dev.millrace.schema.billing.v1.GetTurnResponse;
import dev.millrace.schema.billing.v1.Hold;
import dev.millrace.schema.billing.v1.KeyServiceGrpc;
import dev.millrace.schema.billing.v1.ListPricesRequest;
import dev.millrace.schema.billing.v1.ListPricesResponse;
import dev.millrace.schema.billing.v1.ListUsageRequest;
import dev.millrace.schema.billing.v1.Price;
import dev.millrace.schema.billing.v1.PriceServiceGrpc;
import dev.millrace.schema.billing.v1.PutPriceRequest;
import dev.millrace.schema.billing.v1.QueryUsageReportRequest;
import dev.millrace.schema.billing.v1.QueryUsageReportResponse;
import dev.millrace.schema.billing.v1.RecordAttemptRequest;
import dev.millrace.schema.billing.v1.ReleaseReservationRequest;
import dev.millrace.schema.billing.v1.ReserveBudgetRequest;
import dev.millrace.schema.billing.v1.SetBudgetRequest;
import dev.millrace.schema.billing.v1.SettleUsageRequest;
import dev.millrace.schema.billing.v1.SettleUsageResponse;
import dev.millrace.schema.billing.v1.TurnEnd;
import dev.millrace.schema.billing.v1.UsageServiceGrpc;
import dev.millrace.schema.billing.v1.UsageServiceGrpc.UsageServiceBlockingStub;
import dev.millrace.schema.billing.v1.WatchRevocationsRequest;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.testing.GrpcExtension;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/** Billing behind its real door: what callers get, and why they are refused. */
final class BillingGrpcTest {
    private static final long CENT = 10_000_000;

    @RegisterExtension
    final GrpcExtension grpc = new GrpcExtension();

    @TempDir
    Path folder;

    private SqliteLedger ledger;
    private Channel channel;
    private BillingServiceBlockingStub billing;

    @BeforeEach
    void serve() {
        ledger = SqliteLedger.open(
                folder.resolve("billing.db"), new LedgerTerms(10 * CENT, "gpt-4.1"), InstantSource.system());
        channel = grpc.inProcess(
                new BillingGrpcService(ledger),
                new PriceGrpcService(ledger, InstantSource.system()),
                new UsageGrpcService(ledger, InstantSource.system()),
                new KeyGrpcService());
        billing = BillingServiceGrpc.newBlockingStub(channel);
        PriceServiceGrpc.newBlockingStub(channel).putPrice(price("gpt-4.1", 2_000_000_000L, 8_000_000_000L));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void aTurnFromHoldToReport() {
        Hold hold = billing.reserveBudget(reserve("t1").build()).getHold();
        billing.recordAttempt(attempt(AttemptPhase.ATTEMPT_PHASE_STARTED).build());
        long cost = billing.recordAttempt(attempt(AttemptPhase.ATTEMPT_PHASE_ENDED)
                        .setUsage(usage(1_000, 500))
                        .setOutcome("completed")
                        .build())
                .getCostNanoUsd();
        Charge charge =
                settled(settle("t1").setHoldId(hold.getHoldId()).build()).getCharge();

        assertThat(hold.getAmountNanoUsd()).isEqualTo(CENT);
        assertThat(cost).isEqualTo(6_000_000);
        assertThat(charge.getChargedNanoUsd()).isEqualTo(6_000_000);
        assertThat(charge.getUpstreamNanoUsd()).isEqualTo(6_000_000);
        GetTurnResponse turn = usage("acme")
                .getTurn(GetTurnRequest.newBuilder().setTurnId("req-1").build());
        assertThat(turn.getTurn().getTurnId()).isEqualTo("t1");
        assertThat(turn.getTurn().getUsage()).isEqualTo(usage(1_000, 500));
        assertThat(turn.getDecisionJson()).isEqualTo("{}");
        assertThat(turn.getCosts(0).getOutcome()).isEqualTo("completed");
        QueryUsageReportResponse report = usage("acme").queryUsageReport(QueryUsageReportRequest.getDefaultInstance());
        assertThat(report.getTotal().getRequests()).isEqualTo(1);
        assertThat(report.getRows(0).getGroup()).isEqualTo("gpt-4.1");
        assertThat(report.getBudget().getSpentNanoUsd()).isEqualTo(6_000_000);
        assertThat(usage("acme")
                        .listUsage(ListUsageRequest.getDefaultInstance())
                        .getTurnsCount())
                .isEqualTo(1);
    }

    @Test
    void aHoldThatBeginsItsCallNeedsNoReportOfTheStart() {
        Hold hold =
                billing.reserveBudget(reserve("t1").setBeginsCall(true).build()).getHold();
        settled(settle("t1")
                .setHoldId(hold.getHoldId())
                .setEnd(TurnEnd.TURN_END_CLIENT_CANCELLED)
                .build());
        CostRow running = onlyCost("t1");
        billing.recordAttempt(attempt(AttemptPhase.ATTEMPT_PHASE_ENDED)
                .setUsage(usage(1_000, 500))
                .setOutcome("cancelled")
                .build());
        CostRow ended = onlyCost("t1");

        assertThat(running.getOutcome()).isEqualTo("open");
        assertThat(ended.getOutcome()).isEqualTo("cancelled");
        assertThat(ended.getCostNanoUsd()).isEqualTo(6_000_000);
        assertThat(ended.getStartTime()).isEqualTo(running.getStartTime());
        assertThat(ended.hasStartTime()).isTrue();
    }

    private CostRow onlyCost(String turnId) {
        List<CostRow> costs = usage("acme")
                .getTurn(GetTurnRequest.newBuilder().setTurnId(turnId).build())
                .getCostsList();
        assertThat(costs).hasSize(1);
        return costs.getFirst();
    }

    @Test
    void aSpentBudgetForbidsRetries() {
        billing.setBudget(SetBudgetRequest.newBuilder()
                .setTenant("acme")
                .setDailyNanoUsd(1_000)
                .setActor("ops")
                .build());

        Fault fault = fault(() -> billing.reserveBudget(reserve("t1").build()));

        assertThat(fault.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(fault.reason()).isEqualTo("BUDGET_EXHAUSTED");
        assertThat(fault.domain()).isEqualTo("billing.millrace.dev");
        assertThat(fault.retryForbidden()).isTrue();
        assertThat(fault.message()).endsWith("raise it: `millrace budget --daily USD` (SetBudget)");
        assertThat(fault.metadata())
                .containsEntry("asked_nano_usd", "10000000")
                .containsEntry("left_nano_usd", "1000")
                .containsEntry("budget_nano_usd", "1000");
    }

    @Test
    void anUnknownPriceComesWithTheCommandThatSetsOne() {
        Fault fault = fault(
                () -> billing.reserveBudget(reserve("t1").setModel("new-model").build()));

        assertThat(fault.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(fault.reason()).isEqualTo("PRICE_UNKNOWN");
        assertThat(fault.metadata()).containsEntry("model", "new-model").containsKey("command");
        assertThat(billing.reserveBudget(reserve("t1")
                                .setModel("new-model")
                                .setFreeWithoutPrice(true)
                                .build())
                        .getHold()
                        .getHoldId())
                .isEmpty();
    }

    @Test
    void wrongFieldsAreNamed() {
        assertInvalid("tenant", reserve -> reserve.setTenant(""));
        assertInvalid("turn_id", reserve -> reserve.setTurnId(" "));
        assertInvalid("attempt_id", reserve -> reserve.setAttemptId("another/1"));
        assertInvalid("attempt_id", reserve -> reserve.setAttemptId("t1/"));
        assertInvalid("model", reserve -> reserve.setModel(""));
        assertInvalid("input_tokens", reserve -> reserve.setInputTokens(-1));
        assertInvalid("wanted_output_tokens", reserve -> reserve.setWantedOutputTokens(0));
        assertInvalid("ttl", reserve -> reserve.clearTtl());
        assertInvalid("key_id", reserve -> reserve.setKeyId("k".repeat(256)));
        assertInvalid("model", reserve -> reserve.setModel("gpt\0"));
        assertThat(fault(() -> settled(settle("t1").setRequestId("a\nb").build())))
                .satisfies(fault -> assertThat(fault.metadata()).containsEntry("field", "request_id"));
        assertThat(fault(() ->
                        settled(settle("t1").putLabels("team", "x".repeat(513)).build())))
                .satisfies(fault -> assertThat(fault.metadata()).containsEntry("field", "labels"));
        assertThat(fault(() ->
                        settled(settle("t1").setDecisionJson("x".repeat(2_049)).build())))
                .satisfies(fault -> assertThat(fault.metadata()).containsEntry("field", "decision_json"));
        assertThat(fault(() -> settled(settle("t1").clearEnd().build())))
                .satisfies(fault -> assertThat(fault.metadata()).containsEntry("field", "end"));
        assertThat(fault(() -> settled(settle("t1").setUsage(usage(-1, 0)).build())))
                .satisfies(fault -> assertThat(fault.reason()).isEqualTo("FIELD_INVALID"));
        assertThat(fault(() -> billing.recordAttempt(
                        attempt(AttemptPhase.ATTEMPT_PHASE_STARTED).setTry(0).build())))
                .satisfies(fault -> assertThat(fault.metadata()).containsEntry("field", "try"));
    }

    private void assertInvalid(String field, Consumer<ReserveBudgetRequest.Builder> mistake) {
        ReserveBudgetRequest.Builder request = reserve("t1");
        mistake.accept(request);

        Fault fault = fault(() -> billing.reserveBudget(request.build()));

        assertThat(fault.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(fault.reason()).isEqualTo("FIELD_INVALID");
        assertThat(fault.detail(BadRequest.class)
                        .orElseThrow()
                        .getFieldViolations(0)
                        .getField())
                .isEqualTo(field);
    }

    @Test
    void aHugePriceIsRefusedAndNotWrapped() {
        PriceServiceGrpc.newBlockingStub(channel).putPrice(price("dear", Long.MAX_VALUE, 1));

        Fault fault =
                fault(() -> billing.reserveBudget(reserve("t1").setModel("dear").build()));

        assertThat(fault.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(fault.message()).contains("64 bits");
    }

    @Test
    void anUnknownHoldIsNotFoundAndAKnownOneIsFreedOnce() {
        String holdId = billing.reserveBudget(reserve("t1").build()).getHold().getHoldId();
        ReleaseReservationRequest release = ReleaseReservationRequest.newBuilder()
                .setTurnId("t1")
                .setTenant("acme")
                .setHoldId(holdId)
                .build();

        assertThat(billing.releaseReservation(release).getReleasedNanoUsd()).isEqualTo(CENT);
        assertThat(billing.releaseReservation(release).getReleasedNanoUsd()).isZero();
        Fault fault = fault(() ->
                billing.releaseReservation(release.toBuilder().setHoldId("t1/7").build()));
        assertThat(fault.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(fault.reason()).isEqualTo("HOLD_UNKNOWN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"t1", "req-1", "t1/1", "", "nonsense"})
    void anotherTenantFindsNothingUnderAnyId(String id) {
        settled(settle("t1").build());
        GetTurnRequest request =
                GetTurnRequest.newBuilder().setTurnId(id.isEmpty() ? "x" : id).build();

        Fault fault = fault(() -> usage("stranger").getTurn(request));

        assertThat(fault.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(fault.reason()).isEqualTo("TURN_UNKNOWN");
    }

    @Test
    void aCallerCannotNameAnotherTenantsUsage() {
        settled(settle("t1").build());
        GetTurnRequest turn =
                GetTurnRequest.newBuilder().setTenant("acme").setTurnId("t1").build();
        ListUsageRequest list = ListUsageRequest.newBuilder().setTenant("acme").build();

        assertThat(fault(() -> usage("stranger").getTurn(turn)).code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(fault(() -> usage("stranger").listUsage(list)).metadata()).containsEntry("field", "tenant");
    }

    @Test
    void aBudgetBelongsToTheCallerUnlessNamed() {
        Budget named = billing.getBudget(
                        GetBudgetRequest.newBuilder().setTenant("acme").build())
                .getBudget();
        Budget own = BillingServiceGrpc.newBlockingStub(as("acme"))
                .getBudget(GetBudgetRequest.getDefaultInstance())
                .getBudget();

        assertThat(own).isEqualTo(named);
        assertThat(own.getDailyNanoUsd()).isEqualTo(10 * CENT);
        assertThat(fault(() -> billing.getBudget(GetBudgetRequest.getDefaultInstance()))
                        .metadata())
                .containsEntry("field", "tenant");
    }

    @Test
    void pricesArePagedAndKeepTheirHistory() {
        var prices = PriceServiceGrpc.newBlockingStub(channel);
        Price second = prices.putPrice(price("gpt-4.1", 1, 1)).getPrice();
        prices.putPrice(price("a-model", 1, 1));

        ListPricesResponse inForce = prices.listPrices(ListPricesRequest.getDefaultInstance());
        ListPricesResponse first = prices.listPrices(ListPricesRequest.newBuilder()
                .setIncludeHistory(true)
                .setPageSize(2)
                .build());
        ListPricesResponse rest = prices.listPrices(ListPricesRequest.newBuilder()
                .setIncludeHistory(true)
                .setPageSize(2)
                .setPageToken(first.getNextPageToken())
                .build());

        assertThat(inForce.getPricesList()).extracting(Price::getModel).containsExactly("a-model", "gpt-4.1");
        assertThat(inForce.getPrices(1)).isEqualTo(second);
        assertThat(first.getPricesCount()).isEqualTo(2);
        assertThat(rest.getPricesList())
                .singleElement()
                .satisfies(row -> assertThat(row.getOutputNanoUsdPerMillion()).isEqualTo(8_000_000_000L));
        assertThat(rest.getNextPageToken()).isEmpty();
    }

    @Test
    void anUnavailableLedgerSaysWhere() {
        ledger.close();

        Fault fault = fault(() -> settled(settle("t1").build()));

        assertThat(fault.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(fault.reason()).isEqualTo("LEDGER_UNAVAILABLE");
        assertThat(fault.metadata())
                .containsEntry("path", folder.resolve("billing.db").toString())
                .containsKey("cause");
    }

    @Test
    void keysAreNotServedYet() {
        var keys = KeyServiceGrpc.newBlockingStub(channel);

        Fault unary = fault(() -> keys.authenticateKey(AuthenticateKeyRequest.getDefaultInstance()));
        Fault stream = fault(() -> keys.watchRevocations(WatchRevocationsRequest.getDefaultInstance())
                .next());

        assertThat(unary.code()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(unary.reason()).isEqualTo("NOT_YET_SERVED");
        assertThat(unary.domain()).isEqualTo("billing.millrace.dev");
        assertThat(stream.reason()).isEqualTo("NOT_YET_SERVED");
    }

    private UsageServiceBlockingStub usage(String tenant) {
        return UsageServiceGrpc.newBlockingStub(as(tenant));
    }

    private Channel as(String tenant) {
        Metadata headers = new Metadata();
        headers.put(MetadataKeys.TENANT, tenant);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static Fault fault(ThrowingCallable call) {
        Throwable failure = catchThrowable(call);
        assertThat(failure).as("refusal").isNotNull();
        return Fault.of(failure);
    }

    private static ReserveBudgetRequest.Builder reserve(String turnId) {
        return ReserveBudgetRequest.newBuilder()
                .setTurnId(turnId)
                .setTenant("acme")
                .setAttemptId(turnId + "/1")
                .setModel("gpt-4.1")
                .setInputTokens(1_000)
                .setWantedOutputTokens(1_000)
                .setTtl(Duration.newBuilder().setSeconds(60));
    }

    private static SettleUsageRequest.Builder settle(String turnId) {
        return SettleUsageRequest.newBuilder()
                .setTurnId(turnId)
                .setTenant("acme")
                .setEnd(TurnEnd.TURN_END_COMPLETED)
                .setUsage(usage(1_000, 500))
                .setModel("gpt-4.1")
                .setRoute("cloud")
                .setRequestId("req-1")
                .setDecisionJson("{}")
                .setAttemptId(turnId + "/1");
    }

    private static RecordAttemptRequest.Builder attempt(AttemptPhase phase) {
        return RecordAttemptRequest.newBuilder()
                .setTurnId("t1")
                .setTenant("acme")
                .setAttemptId("t1/1")
                .setTry(1)
                .setPhase(phase)
                .setProvider("holysheep")
                .setModel("gpt-4.1");
    }

    private static TokenUsage usage(long input, long output) {
        return TokenUsage.newBuilder()
                .setInputTokens(input)
                .setOutputTokens(output)
                .setProvenance(UsageProvenance.USAGE_PROVENANCE_REPORTED)
                .build();
    }

    private static PutPriceRequest price(String model, long input, long output) {
        return PutPriceRequest.newBuilder()
                .setPrice(Price.newBuilder()
                        .setModel(model)
                        .setInputNanoUsdPerMillion(input)
                        .setOutputNanoUsdPerMillion(output)
                        .setSource("test"))
                .setActor("ops")
                .build();
    }

    /** Settles, and sees the call end after its one answer. */
    private SettleUsageResponse settled(SettleUsageRequest request) {
        Iterator<SettleUsageResponse> answers = billing.settleUsage(request);
        SettleUsageResponse answer = answers.next();
        assertThat(answers.hasNext()).isFalse();
        return answer;
    }
}
