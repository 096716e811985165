package dev.millrace.cli;

import dev.millrace.rpc.GrpcServer;
import dev.millrace.schema.gateway.v1.BackendPresence;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc.GatewayServiceImplBase;
import dev.millrace.schema.gateway.v1.ListModelsRequest;
import dev.millrace.schema.gateway.v1.ListModelsResponse;
import dev.millrace.schema.gateway.v1.ModelEntry;
import dev.millrace.schema.gateway.v1.RouteTarget;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelState;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What commands say of backends that the gateway has not heard of lately. */
final class LastSeenTest {
    private final PrintStream real = System.out;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private ListModelsResponse models = ListModelsResponse.getDefaultInstance();
    private final GrpcServer server = GrpcServer.builder("gateway")
            .listen("tcp://127.0.0.1:0")
            .service(new Listing())
            .service(new FakeLedger())
            .service(new FakeClassifier())
            .start();

    @BeforeEach
    void captureOutput() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(real);
        server.close();
    }

    @Test
    void aBackendThatMissedAQuestionIsDegraded() {
        models = of(ModelState.MODEL_STATE_LOADED, "", 9);

        assertThat(run("models")).isZero();
        assertThat(run("status")).isEqualTo(3);

        assertThat(text())
                .contains("loaded, last seen 9 s ago")
                .containsPattern("local-inference +degraded +1 of 1 models can be used, last seen 9 s ago")
                .containsPattern("cloud-relay +FAILING +0 of 0 models can be used, never seen")
                .contains("cloud: cloud-relay does not answer");
    }

    @Test
    void aBackendThatIsAwayFails() {
        models = of(ModelState.MODEL_STATE_UNAVAILABLE, "local-inference does not answer, last seen 43 s ago", 43);

        assertThat(run("models")).isZero();
        assertThat(run("status")).isEqualTo(3);

        assertThat(text())
                .contains("unavailable: embedded: local-inference does not answer, last seen 43 s ago\n")
                .containsPattern("local-inference +FAILING +0 of 1 models can be used, last seen 43 s ago\n");
    }

    private static ListModelsResponse of(ModelState state, String detail, long seconds) {
        return ListModelsResponse.newBuilder()
                .addModels(ModelEntry.newBuilder()
                        .setTarget(RouteTarget.ROUTE_TARGET_LOCAL)
                        .setModel(Model.newBuilder()
                                .setId("starter")
                                .setEngine("embedded")
                                .setState(state)
                                .setStateDetail(detail)))
                .addBackends(BackendPresence.newBuilder()
                        .setTarget(RouteTarget.ROUTE_TARGET_LOCAL)
                        .setLastTold(com.google.protobuf.Duration.newBuilder().setSeconds(seconds)))
                .addBackends(BackendPresence.newBuilder()
                        .setTarget(RouteTarget.ROUTE_TARGET_CLOUD)
                        .setDetail("cloud-relay does not answer, last seen never"))
                .build();
    }

    private int run(String command) {
        String address = server.addresses().getFirst().getAuthority();
        return Millrace.run(new String[] {command, "--address", address}, List.of(), (home, config) -> List.of());
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Lists what a test says. */
    private final class Listing extends GatewayServiceImplBase {
        @Override
        public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> caller) {
            caller.onNext(models);
            caller.onCompleted();
        }
    }
}
