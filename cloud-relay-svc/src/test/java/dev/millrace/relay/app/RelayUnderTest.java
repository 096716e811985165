package dev.millrace.relay.app;

import dev.millrace.rpc.CallContext;
import dev.millrace.rpc.Channels;
import dev.millrace.rpc.Uuid7;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.ServiceSettings;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The whole service as it is shipped, in this JVM, with its own configuration and a channel to it. */
final class RelayUnderTest implements AutoCloseable {
    private final MillraceService.Running running;
    private final ManagedChannel channel;

    private RelayUnderTest(MillraceService.Running running) {
        this.running = running;
        channel = Channels.open(running.addresses().getFirst().toString(), CallContext.client());
    }

    /** Starts with these keys set, and these variables in the environment. */
    static RelayUnderTest start(Path home, Map<String, String> environment, Map<String, String> keys) {
        Map<String, String> all = new HashMap<>(Map.of(
                "cloud-relay.grpc.listen", "inprocess:///relay-" + Uuid7.mint(),
                "cloud-relay.peers.billing", "inprocess:///no-billing-" + Uuid7.mint()));
        all.putAll(keys);
        ServiceSettings settings = ServiceSettings.of(new Home(home));
        for (Map.Entry<String, String> key : all.entrySet()) {
            settings = settings.with(key.getKey(), key.getValue());
        }
        return new RelayUnderTest(new CloudRelayApplication(environment).start(settings));
    }

    ManagedChannel channel() {
        return channel;
    }

    String healthLine() {
        return running.healthLine();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        running.close();
    }
}
