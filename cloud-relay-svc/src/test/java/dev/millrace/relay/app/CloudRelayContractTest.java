package dev.millrace.relay.app;

import dev.millrace.testing.BackendBehaviour;
import dev.millrace.testing.FakeCloud;
import dev.millrace.testing.InferenceServiceContract;
import io.grpc.Channel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class CloudRelayContractTest extends InferenceServiceContract {
    @TempDir
    Path home;

    private FakeCloud cloud;
    private RelayUnderTest relay;

    @BeforeEach
    void start() {
        cloud = FakeCloud.start()
                .publish(Arrays.stream(BackendBehaviour.values())
                        .map(BackendBehaviour::fakeCloudModel)
                        .toArray(String[]::new));
        relay = RelayUnderTest.start(
                home, Map.of(), Map.of("cloud-relay.base-url", cloud.base().toString()));
        // The start waits for the provider's list only so long, which a busy machine may exceed.
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> listed(answeringModel()).isPresent());
    }

    @AfterEach
    void stop() {
        relay.close();
        cloud.close();
    }

    @Override
    protected Channel channel() {
        return relay.channel();
    }

    @Override
    protected int callsAtBackend() {
        return cloud.open();
    }

    @Override
    protected boolean needsClearance() {
        return true;
    }

    @Override
    protected String failureReason() {
        return "PROVIDER_UNAVAILABLE";
    }
}
