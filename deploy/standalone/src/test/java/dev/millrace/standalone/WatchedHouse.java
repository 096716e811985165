package dev.millrace.standalone;

import dev.millrace.billing.app.BillingApplication;
import dev.millrace.classifier.app.ClassifierApplication;
import dev.millrace.gateway.app.GatewayApplication;
import dev.millrace.local.app.LocalInferenceApplication;
import dev.millrace.relay.app.CloudRelayApplication;
import dev.millrace.rpc.Channels;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.ServiceProcess;
import dev.millrace.runtime.ServiceSettings;
import dev.millrace.schema.billing.v1.Price;
import dev.millrace.schema.billing.v1.PriceServiceGrpc;
import dev.millrace.schema.billing.v1.PutPriceRequest;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.ListModelsRequest;
import dev.millrace.schema.gateway.v1.ModelEntry;
import dev.millrace.testing.FakeCloud;
import dev.millrace.testing.FakeCollector;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.awaitility.Awaitility.await;

/** All five services in this process with telemetry on: a fake cloud, a fake engine of the house, a fake collector. */
final class WatchedHouse implements AutoCloseable {
    /** Goes to the cloud with every call. */
    static final String CLOUD_KEY = "sk-canary-cloud-9d2c41";

    /** The model of the engine in the house. */
    static final String LOCAL_MODEL = "own-words";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final FakeCloud cloud = FakeCloud.start();
    final FakeCloud engine = FakeCloud.start().publish(LOCAL_MODEL);
    final FakeCollector collector = FakeCollector.start();
    final Path home;
    private final ServiceProcess process;
    private final StartReport report = new StartReport(System.out);
    private final ManagedChannel channel;
    private final HttpClient client = HttpClient.newHttpClient();

    /** The cloud lists these models; the house has none of them. */
    WatchedHouse(Path home, List<String> cloudModels) {
        this.home = home;
        cloud.publish(cloudModels.toArray(String[]::new));
        List<MillraceService> services = List.of(
                new BillingApplication(),
                new ClassifierApplication(),
                new LocalInferenceApplication(),
                new CloudRelayApplication(Map.of("CLOUD_API_KEY", CLOUD_KEY)),
                new GatewayApplication());
        ServiceSettings settings = Services.withinOneProcess(ServiceSettings.of(new Home(home)))
                .with("gateway.http.port", "0")
                .with("gateway.catalogue.refresh", "200ms")
                .with("gateway.grpc.listen", "tcp://127.0.0.1:0")
                .with("cloud-relay.base-url", cloud.base().toString())
                .with("cloud-relay.patience.between-tokens", "2s")
                .with("local-inference.embedded.enabled", "false")
                .with("local-inference.embeddings.enabled", "false")
                .with(
                        "local-inference.engine",
                        "openai=" + engine.base().toString().replaceFirst("/v1$", ""));
        for (MillraceService service : services) {
            settings = settings.with(
                            service.name() + ".telemetry.endpoint",
                            collector.endpoint().toString())
                    .with(service.name() + ".telemetry.keep", "true")
                    .with(service.name() + ".telemetry.metrics-every", "200ms");
        }
        process = ServiceProcess.start(services, settings, report::started);
        channel = Channels.open("tcp://" + report.address("gateway.grpc").getAuthority());
    }

    /** The services that the start report called failing. */
    List<String> failing() {
        return report.run(home.resolve("config.yml")).failing();
    }

    ManagedChannel channel() {
        return channel;
    }

    /** The HTTP door. */
    URI http() {
        return report.address("gateway.http");
    }

    /** Lets a model be paid for; one without a price does not run. */
    void price(String model) {
        var _ = PriceServiceGrpc.newBlockingStub(channel)
                .putPrice(PutPriceRequest.newBuilder()
                        .setPrice(Price.newBuilder()
                                .setModel(model)
                                .setInputNanoUsdPerMillion(1_000_000_000L)
                                .setOutputNanoUsdPerMillion(2_000_000_000L)
                                .setSource("test"))
                        .setActor("test")
                        .build());
        await().atMost(PATIENCE).until(() -> isPriced(model));
    }

    private boolean isPriced(String model) {
        return GatewayServiceGrpc.newBlockingStub(channel)
                .listModels(ListModelsRequest.newBuilder().setPageSize(1000).build())
                .getModelsList()
                .stream()
                .filter(entry -> entry.getModel().getId().equals(model))
                .anyMatch(ModelEntry::hasPrice);
    }

    /** Asks over HTTP; headers are name, value, name, value. */
    HttpResponse<String> post(String path, String body, String... headers) throws IOException, InterruptedException {
        URI address = http().resolve(path);
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(PATIENCE)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.close();
        channel.shutdownNow();
        process.close();
        collector.close();
        engine.close();
        cloud.close();
    }
}
