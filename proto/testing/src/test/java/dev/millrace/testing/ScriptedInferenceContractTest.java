package dev.millrace.testing;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract suite, held against the smallest service that keeps it. */
final class ScriptedInferenceContractTest extends InferenceServiceContract {
    @RegisterExtension
    final GrpcExtension grpc = new GrpcExtension();

    private final ScriptedInference service = new ScriptedInference();

    @SuppressWarnings("NullAway.Init") // set before each test
    private ManagedChannel channel;

    @BeforeEach
    void open() {
        channel = grpc.tcp(service);
    }

    @Override
    protected Channel channel() {
        return channel;
    }

    @Override
    protected int callsAtBackend() {
        return service.calls.get();
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
