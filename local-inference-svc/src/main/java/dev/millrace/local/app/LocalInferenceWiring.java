package dev.millrace.local.app;

import dev.millrace.local.AttemptLedger;
import dev.millrace.local.Engine;
import dev.millrace.local.Node;
import dev.millrace.local.SlotQueue;
import dev.millrace.local.embedded.EmbeddedConfig;
import dev.millrace.local.embedded.LlamaEngine;
import dev.millrace.local.embeddings.EmbeddingsConfig;
import dev.millrace.local.embeddings.MiniLmEngine;
import dev.millrace.local.gpu.NvidiaSmi;
import dev.millrace.local.grpc.Beats;
import dev.millrace.local.grpc.InferenceGrpcService;
import dev.millrace.local.grpc.ModelGrpcService;
import dev.millrace.local.peers.BillingAttempts;
import dev.millrace.local.peers.NoLedger;
import dev.millrace.local.slots.OverflowGuard;
import dev.millrace.local.slots.SlotPool;
import dev.millrace.rpc.Channels;
import dev.millrace.rpc.Instruments;
import dev.millrace.runtime.Home;
import dev.millrace.telemetry.Telemetry;
import io.grpc.ManagedChannel;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Puts the service together; the only class that knows all of its parts. */
@Factory
final class LocalInferenceWiring {
    @Singleton
    @Bean(preDestroy = "close")
    LocalEngines engines(
            EmbeddedConfig embedded,
            EmbeddingsConfig embeddings,
            List<EngineEntry> entries,
            @Value("${local-inference.engine}") String shortForm,
            @Value("${local-inference.watch-every}") Duration watchEvery,
            @Value("${millrace.home}") String home) {
        Path cache = new Home(Path.of(home)).cache();
        return new LocalEngines(
                EngineList.open(shortForm, entries, watchEvery),
                embedded.enabled() ? List.of(new LlamaEngine(embedded, cache)) : List.of(),
                embeddings.enabled() ? List.of(new MiniLmEngine(embeddings, cache)) : List.of());
    }

    @Singleton
    Node node(LocalEngines engines, QueueConfig queue, Telemetry telemetry) {
        List<SlotQueue> generating = new ArrayList<>();
        engines.besideByKind().forEach(kind -> generating.add(pool(kind, queue)));
        if (!engines.embedded().isEmpty()) {
            generating.add(pool(engines.embedded(), queue));
        }
        Node node = new Node(
                generating,
                engines.embedding().stream()
                        .map(engine -> pool(List.of(engine), queue))
                        .toList());
        telemetry.meter().ifPresent(meter -> NodeGauges.watch(node, meter));
        return node;
    }

    private static SlotQueue pool(List<Engine> engines, QueueConfig queue) {
        OverflowGuard guard = new OverflowGuard(queue.thresholds(), System::nanoTime);
        return new SlotPool(engines, queue.limit(), guard, System::nanoTime);
    }

    @Singleton
    @Bean(preDestroy = "close")
    AttemptsPeer attempts(BillingConfig config, Telemetry telemetry) {
        return config.isPresent() ? AttemptsPeer.open(config.target(), telemetry) : AttemptsPeer.none();
    }

    @Singleton
    @Bean(preDestroy = "close")
    Beats beats() {
        return new Beats();
    }

    @Singleton
    @Bean(preDestroy = "close")
    NvidiaSmi gpus() {
        return NvidiaSmi.watch();
    }

    @Singleton
    InferenceGrpcService inference(
            Node node, AttemptsPeer attempts, Beats beats, NvidiaSmi gpus, ServingConfig config) {
        return new InferenceGrpcService(node, attempts.ledger(), beats, gpus::load, config.stallLimit());
    }

    @Singleton
    ModelGrpcService models(Node node, ServingConfig config) {
        return new ModelGrpcService(node, config.stallLimit());
    }

    /** The ledger, and the channel behind it. */
    record AttemptsPeer(AttemptLedger ledger, List<AutoCloseable> owned) {
        static AttemptsPeer open(String target, Instruments instruments) {
            ManagedChannel channel = Channels.open(target, instruments);
            BillingAttempts ledger = new BillingAttempts(channel);
            return new AttemptsPeer(ledger, List.of(ledger, channel::shutdownNow));
        }

        static AttemptsPeer none() {
            return new AttemptsPeer(new NoLedger(), List.of());
        }

        void close() throws Exception {
            for (AutoCloseable each : owned) {
                each.close();
            }
        }
    }
}
