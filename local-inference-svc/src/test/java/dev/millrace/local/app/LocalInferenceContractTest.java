package dev.millrace.local.app;

import dev.millrace.rpc.Channels;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.MillraceService.Running;
import dev.millrace.runtime.ServiceSettings;
import dev.millrace.testing.BackendBehaviour;
import dev.millrace.testing.FakeCloud;
import dev.millrace.testing.InferenceServiceContract;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The shared contract, kept by the service in front of a server that speaks the OpenAI protocol. */
class LocalInferenceContractTest extends InferenceServiceContract {
    @TempDir
    Path home;

    private FakeCloud server;
    private Running service;
    private ManagedChannel channel;

    @BeforeEach
    void start() {
        server = FakeCloud.start()
                .publish(Arrays.stream(BackendBehaviour.values())
                        .map(BackendBehaviour::fakeCloudModel)
                        .toArray(String[]::new));
        service = new LocalInferenceApplication()
                .start(ServiceSettings.of(new Home(home))
                        .with("local-inference.grpc.listen", "tcp://127.0.0.1:0")
                        .with("local-inference.embedded.enabled", "false")
                        .with("local-inference.watch-every", "1h")
                        .with("local-inference.engine", "openai=" + server.base()));
        channel = Channels.open(service.addresses().getFirst().toString());
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        service.close();
        server.close();
    }

    @Override
    protected Channel channel() {
        return channel;
    }

    @Override
    protected int callsAtBackend() {
        return server.open();
    }

    @Override
    protected boolean needsClearance() {
        return false;
    }

    @Override
    protected String failureReason() {
        return "ENGINE_FAILED";
    }
}
