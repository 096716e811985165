package dev.millrace.standalone;

import dev.millrace.mesh.command.MeshUp;
import dev.millrace.mesh.fleet.Rehearsal;
import dev.millrace.mesh.process.Programs;
import dev.millrace.rpc.Channels;
import dev.millrace.runtime.LogFile;
import dev.millrace.runtime.ServiceProcess;
import dev.millrace.runtime.ServiceSettings;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts everything, asks a few prompts on each door and ends, so that the JVM can record what a start needs. */
@Command(name = "rehearse", hidden = true, description = "Starts, asks a few prompts, ends: records a fast start.")
final class RehearseCommand implements Callable<Integer> {
    private static final int ROUNDS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final String QUESTION = "What are your opening hours?";

    @Mixin
    private PlacementOptions placement = new PlacementOptions();

    @Option(names = "--caches", paramLabel = "DIR", description = "as the mesh: a process and a cache for each service")
    private @Nullable Path caches;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServiceSettings settings = placement.settings();
        LogFile.open(settings.home().create().logs(), "rehearsal");
        if (caches == null) {
            together(settings);
        } else {
            try (Rehearsal each = Rehearsal.start(
                    placement.meshSettings(),
                    MeshUp.shippedPolicy(),
                    Programs.of(System.getenv()),
                    Files.createDirectories(caches))) {
                ask(each.grpc(), each.http());
            }
        }
        return 0;
    }

    private static void together(ServiceSettings placed) throws IOException, InterruptedException {
        ServiceSettings settings =
                placed.with("gateway.grpc.listen", "tcp://127.0.0.1:0").with("gateway.http.port", "0");
        StartReport report = new StartReport(System.out);
        ServiceProcess process = ServiceProcess.start(Services.all(), settings, report::started);
        try {
            ask(report.address("gateway.grpc"), report.address("gateway.http"));
        } finally {
            process.close();
        }
    }

    private static void ask(URI grpc, URI http) throws IOException, InterruptedException {
        ManagedChannel channel = Channels.open("tcp://" + grpc.getAuthority());
        try (HttpClient client = HttpClient.newHttpClient()) {
            askUntilAnswered(channel);
            for (int round = 0; round < ROUNDS; round++) {
                askOverGrpc(channel);
                askOverHttp(client, http, round % 2 == 0);
            }
        } finally {
            channel.shutdownNow();
        }
    }

    /** A gateway that was just started may not have heard yet of what the others can do. */
    private static void askUntilAnswered(ManagedChannel channel) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                askOverGrpc(channel);
                return;
            } catch (StatusRuntimeException early) {
                if (System.nanoTime() > end) {
                    throw early;
                }
                Thread.sleep(LOOK_AGAIN);
            }
        }
    }

    private static void askOverGrpc(ManagedChannel channel) {
        GatewayServiceGrpc.newBlockingStub(channel)
                .streamCompletion(StreamCompletionRequest.newBuilder()
                        .setModel("auto")
                        .addMessages(Message.newBuilder()
                                .setRole(Role.ROLE_USER)
                                .addParts(ContentPart.newBuilder().setText(QUESTION)))
                        .build())
                .forEachRemaining(event -> {});
    }

    private static void askOverHttp(HttpClient client, URI http, boolean stream)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(http.resolve("/v1/chat/completions"))
                        .timeout(PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"auto\",\"stream\":" + stream
                                + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + QUESTION + "\"}]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("the rehearsal got " + answer.statusCode() + ": " + answer.body());
        }
    }
}
