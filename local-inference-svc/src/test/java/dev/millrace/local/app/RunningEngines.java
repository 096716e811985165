package dev.millrace.local.app;

import dev.millrace.rpc.Channels;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.MillraceService.Running;
import dev.millrace.runtime.ServiceSettings;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.Map;

/** The service with chosen settings, and a channel to it over TCP. */
record RunningEngines(Running service, ManagedChannel channel) implements AutoCloseable {
    static RunningEngines start(Path home, Map<String, String> settings) {
        ServiceSettings all =
                ServiceSettings.of(new Home(home)).with("local-inference.grpc.listen", "tcp://127.0.0.1:0");
        for (Map.Entry<String, String> each : settings.entrySet()) {
            all = all.with(each.getKey(), each.getValue());
        }
        Running service = new LocalInferenceApplication().start(all);
        return new RunningEngines(
                service, Channels.open(service.addresses().getFirst().toString()));
    }

    @Override
    public void close() {
        channel.shutdownNow();
        service.close();
    }
}
