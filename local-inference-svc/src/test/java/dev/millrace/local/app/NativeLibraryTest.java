package dev.millrace.local.app;

import dev.millrace.rpc.Channels;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelState;
import dev.millrace.testing.BackendBehaviour;
import dev.millrace.testing.FakeCloud;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A machine on which llama.cpp cannot be loaded. In a process of its own, because a library is loaded once a process. */
class NativeLibraryTest {
    private static final Pattern ADDRESS = Pattern.compile("tcp://[^,\\]]+");

    @TempDir
    Path folder;

    @Test
    void withoutTheLibraryTheEmbeddedModelSaysWhatToDoAndOtherEnginesAnswer() throws Exception {
        String other = BackendBehaviour.ANSWERS_8_TOKENS.fakeCloudModel();
        try (FakeCloud server = FakeCloud.start().publish(other)) {
            Process service = start("--local-inference.engine=openai=" + server.base());
            try (var said = service.inputReader(StandardCharsets.UTF_8)) {
                String healthy = String.valueOf(said.readLine());
                assertThat(healthy)
                        .startsWith("local-inference healthy")
                        .contains("millrace-starter", "UNAVAILABLE: the native llama.cpp library cannot be loaded")
                        .contains("Run an engine beside this process instead");

                ManagedChannel channel = Channels.open(address(healthy));
                try {
                    assertThat(starter(channel).getState()).isEqualTo(ModelState.MODEL_STATE_UNAVAILABLE);
                    assertThat(starter(channel).getStateDetail()).contains("local-inference.engine=ollama=");
                    StatusRuntimeException refusal = catchThrowableOfType(
                            StatusRuntimeException.class,
                            () -> ServedAnswer.read(
                                    channel, ServedAnswer.ask("Hello!").build()));
                    assertThat(Fault.of(refusal).message()).contains("cannot be loaded");
                    assertThat(ServedAnswer.read(
                                            channel,
                                            ServedAnswer.ask("Hello!")
                                                    .setModel(other)
                                                    .build())
                                    .deltas())
                            .hasSize(8);
                } finally {
                    channel.shutdownNow();
                }
            } finally {
                service.destroyForcibly().waitFor();
            }
        }
    }

    /** The library's folder holds a file that is none, and there is no folder where its loader could put the shipped one. */
    private Process start(String engine) throws IOException {
        Path libraries = Files.createDirectory(folder.resolve("libraries"));
        Files.writeString(libraries.resolve(System.mapLibraryName("jllama")), "no library");
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dde.kherud.llama.lib.path=" + libraries,
                        "-Dde.kherud.llama.tmpdir=" + folder.resolve("none"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LocalInferenceApplication.class.getName(),
                        "--home",
                        folder.resolve("home").toString(),
                        "--local-inference.grpc.listen=tcp://127.0.0.1:0",
                        engine)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String address(String healthy) {
        Matcher address = ADDRESS.matcher(healthy.substring(healthy.lastIndexOf('[')));
        assertThat(address.find()).as(healthy).isTrue();
        return address.group();
    }

    private static Model starter(ManagedChannel channel) {
        List<Model> models = InferenceServiceGrpc.newBlockingStub(channel)
                .listModels(ListModelsRequest.getDefaultInstance())
                .getModelsList();
        return models.stream()
                .filter(model -> model.getId().equals("millrace-starter"))
                .findFirst()
                .orElseThrow();
    }
}
