package dev.millrace.cli;

import dev.millrace.schema.gateway.v1.GatewayServiceGrpc.GatewayServiceImplBase;
import dev.millrace.schema.gateway.v1.ListModelsRequest;
import dev.millrace.schema.gateway.v1.ListModelsResponse;
import dev.millrace.schema.gateway.v1.ModelEntry;
import dev.millrace.schema.gateway.v1.RouteTarget;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelCapabilities;
import dev.millrace.schema.inference.v1.ModelState;
import dev.millrace.schema.inference.v1.UnreachedEngine;
import dev.millrace.testing.CapturedOutput;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static dev.millrace.cli.FakeInstance.run;
import static org.assertj.core.api.Assertions.assertThat;

/** What {@code status} says of an instance; of a mesh, {@link MeshCommandsTest}. */
final class StatusCommandTest {
    @TempDir
    Path home;

    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    @RegisterExtension
    final FakeInstance instance = FakeInstance.whole();

    @Test
    void statusSaysNothingOfBackendsWhereTheGatewayDidNot() {
        try (FakeInstance bare = new FakeInstance(new FakeClassifier())) {
            assertThat(run("status", "--address", bare.address())).isEqualTo(3);
        }
        assertThat(output.out())
                .containsPattern("gateway +FAILING")
                .containsPattern("classifier +healthy")
                .containsPattern("local-inference +FAILING +not known: the gateway did not list its models");
    }

    /** An instance that nobody has asked does without the embedding's memory. */
    @Test
    void statusAsksForNoEmbedding() {
        run("status", "--address", instance.address());

        assertThat(output.out()).containsPattern("classifier +healthy +" + FakeClassifier.WEIGHTS + "\\n");
    }

    @Test
    void statusHeadsItsAnswersWithTheGatewayThatWasAsked() throws Exception {
        Files.writeString(
                home.resolve("run"), "pid=" + ProcessHandle.current().pid() + "\ngateway.grpc=tcp://127.0.0.1:1\n");

        run("status", "--home", home.toString(), "--address", instance.address());

        assertThat(output.out())
                .startsWith("gRPC " + instance.address() + "\n")
                .doesNotContain("127.0.0.1:1\n", "process");
    }

    @Test
    void statusSaysThatTheOuterDoorAnsweredAndNoGateway() {
        GatewayServiceImplBase nobody = new GatewayServiceImplBase() {
            @Override
            public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> caller) {
                caller.onError(Status.UNAVAILABLE
                        .withDescription("no healthy upstream")
                        .asRuntimeException());
            }
        };
        try (FakeInstance door = new FakeInstance(nobody)) {
            assertThat(run("status", "--address", door.address())).isEqualTo(3);
        }
        assertThat(output.out())
                .containsPattern(
                        "gateway +FAILING +no gateway answers behind the outer door \\(no healthy upstream\\); `millrace ps`");
    }

    @Test
    void embeddingsAloneAnswerNoPrompt() {
        Model.Builder starter = Model.newBuilder()
                .setId("millrace-starter")
                .setCapabilities(ModelCapabilities.newBuilder().setChat(true))
                .setState(ModelState.MODEL_STATE_UNAVAILABLE)
                .setStateDetail("no library");

        assertThat(status(ListModelsResponse.newBuilder()
                        .addModels(local(starter))
                        .addModels(local(embeddings()))))
                .isEqualTo(3);

        assertThat(output.out()).containsPattern("local-inference +FAILING +1 of 2 models can be used, no library");
    }

    @Test
    void embeddingsAreAllThatIsWantedWhereNoEngineIsConfigured() {
        status(ListModelsResponse.newBuilder().addModels(local(embeddings())));

        assertThat(output.out()).containsPattern("local-inference +healthy +1 of 1 models can be used\\n");
    }

    @Test
    void aCloudThatIsLeftAloneIsDegradedWithItsCause() {
        Model.Builder keyless = Model.newBuilder()
                .setId("gpt-4.1")
                .setState(ModelState.MODEL_STATE_UNAVAILABLE)
                .setStateDetail("no key");
        Model.Builder failing = Model.newBuilder()
                .setId("words")
                .setState(ModelState.MODEL_STATE_RESTING)
                .setStateDetail("left alone for now: acme answered 500");

        status(ListModelsResponse.newBuilder()
                .addModels(cloud(keyless))
                .addModels(cloud(failing))
                .addModels(cloud(Model.newBuilder().setState(ModelState.MODEL_STATE_LOADED))));

        assertThat(output.out())
                .containsPattern(
                        "cloud-relay +degraded +1 of 3 models can be used, left alone for now: acme answered 500");
    }

    @Test
    void nothingIsMissingWhereTheCloudAloneIsWanted() {
        status(ListModelsResponse.newBuilder());

        assertThat(output.out())
                .containsPattern("local-inference +healthy +no model of its own: only the cloud can answer\\n");
    }

    @Test
    void anEngineThatNeverAnsweredIsNamedWithItsCause() {
        assertThat(status(ListModelsResponse.newBuilder()
                        .addModels(local(embeddings()))
                        .addUnreachedEngines(UnreachedEngine.newBuilder().setDetail("ollama is away: start it"))))
                .isEqualTo(3);

        assertThat(output.out())
                .containsPattern("local-inference +FAILING +1 of 1 models can be used, ollama is away: start it");
    }

    /** Types the command at a gateway that lists these. */
    private static int status(ListModelsResponse.Builder models) {
        GatewayServiceImplBase listing = new GatewayServiceImplBase() {
            @Override
            public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> caller) {
                caller.onNext(models.build());
                caller.onCompleted();
            }
        };
        try (FakeInstance speechless = new FakeInstance(listing, new FakeClassifier())) {
            return run("status", "--address", speechless.address());
        }
    }

    private static Model.Builder embeddings() {
        return Model.newBuilder()
                .setId("all-minilm-l6-v2")
                .setCapabilities(ModelCapabilities.newBuilder().setEmbeddings(true))
                .setState(ModelState.MODEL_STATE_COLD);
    }

    private static ModelEntry local(Model.Builder model) {
        return entry(RouteTarget.ROUTE_TARGET_LOCAL, model);
    }

    private static ModelEntry cloud(Model.Builder model) {
        return entry(RouteTarget.ROUTE_TARGET_CLOUD, model);
    }

    private static ModelEntry entry(RouteTarget target, Model.Builder model) {
        return ModelEntry.newBuilder().setTarget(target).setModel(model).build();
    }
}
