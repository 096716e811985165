package dev.millrace.relay.app;

import dev.millrace.rpc.CallContext;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.rpc.Uuid7;
import dev.millrace.schema.billing.v1.AttemptPhase;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.RecordAttemptRequest;
import dev.millrace.schema.billing.v1.RecordAttemptResponse;
import dev.millrace.schema.completion.v1.Sensitivity;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.schema.inference.v1.Clearance;
import dev.millrace.schema.inference.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.testing.GrpcExtension;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What embeddings cost is written down also where their answer was of no use, and nothing is bought for nobody. */
final class EmbeddingCostsTest {
    private static final String JSON = "200 OK\r\nContent-Type: application/json";

    @RegisterExtension
    final GrpcExtension grpc = new GrpcExtension();

    @TempDir
    Path home;

    private final BlockingQueue<RecordAttemptRequest> ends = new LinkedBlockingQueue<>();

    /** Keeps the ends of provider calls. */
    private final class Ledger extends BillingServiceGrpc.BillingServiceImplBase {
        @Override
        public void recordAttempt(RecordAttemptRequest request, StreamObserver<RecordAttemptResponse> observer) {
            if (request.getPhase() == AttemptPhase.ATTEMPT_PHASE_ENDED) {
                ends.add(request);
            }
            observer.onNext(RecordAttemptResponse.getDefaultInstance());
            observer.onCompleted();
        }
    }

    private RelayUnderTest relay(RawCloud cloud, String... more) {
        String billing = "inprocess:///ledger-" + Uuid7.mint();
        grpc.start(GrpcServer.builder("billing").listen(billing).innerDoor(), new Ledger());
        Map<String, String> keys = new java.util.HashMap<>(Map.of(
                "cloud-relay.peers.billing",
                billing,
                "cloud-relay.retry.tries-max",
                "1",
                "cloud-relay.providers.holysheep.base-url",
                cloud.base()));
        for (int i = 0; i < more.length; i += 2) {
            keys.put(more[i], more[i + 1]);
        }
        return RelayUnderTest.start(home, Map.of("HOLYSHEEP_API_KEY", "hs_x"), keys);
    }

    private static void embed(RelayUnderTest relay, List<String> inputs) {
        String turn = Uuid7.mint();
        Metadata headers = new Metadata();
        headers.put(MetadataKeys.CLEARANCE, "decision");
        CallContext.withTenant("t").run(() -> {
            var _ = InferenceServiceGrpc.newBlockingStub(relay.channel())
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .createEmbeddings(CreateEmbeddingsRequest.newBuilder()
                            .setTurnId(turn)
                            .setAttemptId(turn + "/1")
                            .setModel("bge-m3")
                            .addAllInputs(inputs)
                            .setClearance(Clearance.newBuilder()
                                    .setMayLeave(true)
                                    .setDecisionId("decision")
                                    .setLevel(Sensitivity.SENSITIVITY_PUBLIC))
                            .build());
        });
    }

    private static Fault refused(RelayUnderTest relay, List<String> inputs) {
        return Fault.of(catchThrowableOfType(StatusRuntimeException.class, () -> embed(relay, inputs)));
    }

    private TokenUsage booked() throws InterruptedException {
        RecordAttemptRequest end = ends.poll(10, TimeUnit.SECONDS);
        assertThat(end).isNotNull();
        return end.getUsage();
    }

    @Test
    void anAnswerThatCannotBeReadCostsWhatWasSent() throws Exception {
        try (RawCloud cloud = new RawCloud(RawCloud.measured(JSON, "{\"data\":[{\"index\":0}]}"));
                RelayUnderTest relay = relay(cloud)) {
            assertThat(refused(relay, List.of("one two three", "four")).reason())
                    .isEqualTo("PROVIDER_UNAVAILABLE");

            assertThat(booked().getInputTokens()).isEqualTo(4);
        }
    }

    @Test
    void anAnswerThatDoesNotComeCostsWhatWasSent() throws Exception {
        try (RawCloud cloud = new RawCloud((out, call) -> {});
                RelayUnderTest relay = relay(cloud, "cloud-relay.providers.holysheep.patience.first-token", "300ms")) {
            assertThat(refused(relay, List.of("one two three")).message()).contains("silent for 300 ms");

            TokenUsage usage = booked();
            assertThat(usage.getInputTokens()).isEqualTo(3);
            assertThat(usage.getProvenance()).isEqualTo(UsageProvenance.USAGE_PROVENANCE_ESTIMATED);
        }
    }

    @Test
    void aRefusalCostsNothing() throws Exception {
        try (RawCloud cloud = new RawCloud(RawCloud.measured("400 Bad Request", "{\"error\":{\"message\":\"no\"}}"));
                RelayUnderTest relay = relay(cloud)) {
            assertThat(refused(relay, List.of("one")).reason()).isEqualTo("REQUEST_REJECTED");

            assertThat(booked().getInputTokens()).isZero();
        }
    }

    @Test
    void anAnswerWithoutACountCostsTheEstimate() throws Exception {
        try (RawCloud cloud = new RawCloud(RawCloud.measured(JSON, "{\"data\":[{\"index\":0,\"embedding\":[1,2]}]}"));
                RelayUnderTest relay = relay(cloud)) {
            embed(relay, List.of("one two three"));

            assertThat(booked().getInputTokens()).isEqualTo(3);
        }
    }

    @Test
    void vectorsThatCouldNotBeHandedOverAreNotAskedFor() throws Exception {
        String vector = Collections.nCopies(4_096, "1").toString();
        try (RawCloud cloud = new RawCloud(
                        RawCloud.measured(JSON, "{\"data\":[{\"index\":0,\"embedding\":" + vector + "}]}"));
                RelayUnderTest relay = relay(cloud)) {
            embed(relay, List.of("one"));

            Fault fault = refused(relay, Collections.nCopies(1_500, "one"));

            assertThat(fault.reason()).isEqualTo("FIELD_INVALID");
            assertThat(fault.metadata()).containsEntry("field", "inputs").containsKey("inputs_max");
            assertThat(cloud.calls()).isEqualTo(1);
        }
    }
}
