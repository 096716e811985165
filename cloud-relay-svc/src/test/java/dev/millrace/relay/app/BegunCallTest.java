package dev.millrace.relay.app;

import dev.millrace.rpc.GrpcServer;
import dev.millrace.rpc.Uuid7;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.RecordAttemptRequest;
import dev.millrace.schema.billing.v1.RecordAttemptResponse;
import dev.millrace.testing.CloudScript;
import dev.millrace.testing.CloudScript.Kind;
import dev.millrace.testing.FakeCloud;
import dev.millrace.testing.GrpcExtension;
import dev.millrace.testing.InferenceCall;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What billing is told of an attempt whose hold has written down its begin, and of another one. */
final class BegunCallTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @RegisterExtension
    final GrpcExtension grpc = new GrpcExtension();

    @TempDir
    Path home;

    private final List<String> rows = new CopyOnWriteArrayList<>();

    /** Keeps the phases of provider calls. */
    private final class Ledger extends BillingServiceGrpc.BillingServiceImplBase {
        @Override
        public void recordAttempt(RecordAttemptRequest request, StreamObserver<RecordAttemptResponse> observer) {
            rows.add(request.getTry() + " " + request.getPhase());
            observer.onNext(RecordAttemptResponse.getDefaultInstance());
            observer.onCompleted();
        }
    }

    private void run(boolean begun) throws InterruptedException {
        String billing = "inprocess:///ledger-" + Uuid7.mint();
        grpc.start(GrpcServer.builder("billing").listen(billing).innerDoor(), new Ledger());
        String model = CloudScript.model(Kind.FAILS_ONCE);
        try (FakeCloud cloud = FakeCloud.start();
                RelayUnderTest relay = RelayUnderTest.start(
                        home,
                        Map.of(),
                        Map.of(
                                "cloud-relay.base-url",
                                cloud.base().toString(),
                                "cloud-relay.model",
                                model,
                                "cloud-relay.retry.base",
                                "20ms",
                                "cloud-relay.peers.billing",
                                billing))) {
            InferenceCall call = InferenceCall.begin(
                            relay.channel(),
                            Prompts.cleared(model).setBegun(begun).build(),
                            LONG)
                    .finish();

            assertThat(call.fault()).isEmpty();
            await().atMost(LONG).until(() -> rows.contains("2 ATTEMPT_PHASE_ENDED"));
        }
    }

    @Test
    void onlyTheEndOfItsFirstCallIsTold() throws Exception {
        run(true);

        assertThat(rows)
                .containsExactlyInAnyOrder("1 ATTEMPT_PHASE_ENDED", "2 ATTEMPT_PHASE_STARTED", "2 ATTEMPT_PHASE_ENDED");
    }

    @Test
    void everyPhaseOfAnotherAttemptIsTold() throws Exception {
        run(false);

        assertThat(rows)
                .containsExactlyInAnyOrder(
                        "1 ATTEMPT_PHASE_STARTED",
                        "1 ATTEMPT_PHASE_ENDED",
                        "2 ATTEMPT_PHASE_STARTED",
                        "2 ATTEMPT_PHASE_ENDED");
    }
}
