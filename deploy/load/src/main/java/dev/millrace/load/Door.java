package dev.millrace.load;

import dev.millrace.rpc.Channels;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.URI;

/** The gateway's door that callers use: HTTP or gRPC, as its address says. */
interface Door extends AutoCloseable {

    Leaver ask(String model, String prompt) throws IOException;

    @Override
    void close();

    /** The door at {@code http://host:port} or {@code tcp://host:port}. */
    static Door at(String address) {
        return address.startsWith("http:") ? http(URI.create(address + "/v1/chat/completions")) : grpc(address);
    }

    private static Door http(URI url) {
        return new Door() {
            @Override
            public Leaver ask(String model, String prompt) throws IOException {
                return new HttpLeaver(url, model, prompt);
            }

            @Override
            public void close() {
                // Each caller has a connection of its own.
            }
        };
    }

    private static Door grpc(String target) {
        ManagedChannel channel = Channels.open(target);
        return new Door() {
            @Override
            public Leaver ask(String model, String prompt) {
                return new GrpcLeaver(channel, model, prompt);
            }

            @Override
            public void close() {
                channel.shutdownNow();
            }
        };
    }
}
