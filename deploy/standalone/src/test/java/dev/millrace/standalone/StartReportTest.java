package dev.millrace.standalone;

import dev.millrace.rpc.GrpcServer;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.ServiceProcess;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc.GatewayServiceImplBase;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc.InferenceServiceImplBase;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.ListModelsResponse;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelCapabilities;
import dev.millrace.schema.inference.v1.ModelState;
import dev.millrace.schema.inference.v1.UnreachedEngine;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** A service is healthy in the report when it can do its work, not when it runs. */
final class StartReportTest {
    @TempDir
    Path home;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StartReport report = new StartReport(new PrintStream(out, true, UTF_8));

    @Test
    void aServiceWhoseModelsAnswerIsHealthy() {
        start(listing(model(ModelState.MODEL_STATE_LOADED, "")));

        ready();

        assertThat(said())
                .containsPattern("  local-inference +healthy  0\\.4 s   what it is made of\n")
                .containsPattern("(?m)^all healthy after [0-9.]+ s$");
        assertThat(report.run(home).failing()).isEmpty();
    }

    @Test
    void aServiceThatRunsAndCanServeNothingIsFailingWithItsCause() {
        start(listing(model(ModelState.MODEL_STATE_UNAVAILABLE, "the library cannot be loaded. Run another engine")));

        ready();

        assertThat(said())
                .containsPattern("  local-inference +FAILING  0\\.4 s   0 of 1 models can be used, "
                        + "the library cannot be loaded\\. Run another engine\n")
                .containsPattern("(?m)^not all healthy after [0-9.]+ s: local-inference FAILING, ")
                .doesNotContainPattern("(?m)^all healthy");
        assertThat(report.run(home).failing()).containsExactly("local-inference");
    }

    @Test
    void anEngineThatNeverAnsweredIsNamedWithItsCause() {
        start(ListModelsResponse.newBuilder()
                .addUnreachedEngines(UnreachedEngine.newBuilder().setDetail("openai does not answer: start it"))
                .build());

        assertThat(said()).containsPattern("FAILING .* 0 of 0 models can be used, openai does not answer: start it");
    }

    private void start(ListModelsResponse models) {
        tell("local-inference", "inprocess:///start-report", new InferenceServiceImplBase() {
            @Override
            public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> caller) {
                caller.onNext(models);
                caller.onCompleted();
            }
        });
    }

    /** The gateway has the doors, without which nobody is told to be ready. */
    private void ready() {
        tell("gateway", "tcp://127.0.0.1:0", new GatewayServiceImplBase() {});
        report.ready(new Home(home), "millrace chat");
    }

    private void tell(String name, String door, BindableService service) {
        try (GrpcServer server =
                GrpcServer.builder(name).listen(door).service(service).start()) {
            report.started(new ServiceProcess.Started(name, Duration.ofMillis(400), new Started(server)));
        }
    }

    private String said() {
        return out.toString(UTF_8);
    }

    private static ListModelsResponse listing(Model.Builder model) {
        return ListModelsResponse.newBuilder().addModels(model).build();
    }

    private static Model.Builder model(ModelState state, String detail) {
        return Model.newBuilder()
                .setId("starter")
                .setCapabilities(ModelCapabilities.newBuilder().setChat(true))
                .setState(state)
                .setStateDetail(detail);
    }

    /** What runs whatever it can do. */
    private record Started(GrpcServer server) implements MillraceService.Running {
        @Override
        public List<URI> addresses() {
            return Stream.concat(server.addresses().stream(), Stream.of(URI.create("http://127.0.0.1:8080")))
                    .toList();
        }

        @Override
        public String healthLine() {
            return "what it is made of";
        }

        @Override
        public boolean healthy() {
            return true;
        }

        @Override
        public void drain(Duration atMost) {}

        @Override
        public void close() {}
    }
}
