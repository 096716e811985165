package dev.millrace.relay.app;

import dev.millrace.rpc.Fault;
import dev.millrace.schema.inference.v1.Completed;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.testing.FakeCloud;
import dev.millrace.testing.InferenceCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A relay before a provider that misbehaves, for the tests of what becomes of a call, seen from the gateway. */
abstract class ProviderFaults {
    static final Duration LONG = Duration.ofSeconds(20);
    static final String STREAM_HEAD = "200 OK\r\nContent-Type: text/event-stream";
    static final String FIRST = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n";
    static final String FINISH = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

    @TempDir
    Path home;

    final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    FakeCloud fake() {
        FakeCloud cloud = FakeCloud.start();
        open.add(cloud);
        return cloud;
    }

    RawCloud raw(RawCloud.Answer answer) {
        RawCloud cloud = new RawCloud(answer);
        open.add(cloud);
        return cloud;
    }

    RelayUnderTest relay(String base, String model, Map<String, String> more) {
        Map<String, String> keys = new HashMap<>(Map.of(
                "cloud-relay.base-url", base,
                "cloud-relay.model", model,
                "cloud-relay.retry.base", "20ms"));
        keys.putAll(more);
        RelayUnderTest relay = RelayUnderTest.start(home, Map.of(), keys);
        open.add(relay);
        return relay;
    }

    static InferenceCall run(RelayUnderTest relay, StreamCompletionRequest.Builder request)
            throws InterruptedException {
        return InferenceCall.begin(relay.channel(), request.build(), LONG).finish();
    }

    InferenceCall run(FakeCloud cloud, String model) throws InterruptedException {
        return run(relay(cloud.base().toString(), model, Map.of()), Prompts.cleared(model));
    }

    InferenceCall run(RawCloud cloud) throws InterruptedException {
        return run(relay(cloud.base(), "m", Map.of()), Prompts.cleared("m"));
    }

    static Completed completed(InferenceCall call) {
        assertThat(call.fault()).isEmpty();
        return call.frames().getLast().getCompleted();
    }

    static Fault fault(InferenceCall call) {
        return call.fault().orElseThrow(() -> new AssertionError("ended well: " + call.kinds()));
    }
}
