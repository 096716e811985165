package dev.millrace.gateway.app;

import dev.millrace.discovery.Place;
import dev.millrace.gateway.Callers;
import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.Completions;
import dev.millrace.gateway.Embeddings;
import dev.millrace.gateway.Generations;
import dev.millrace.gateway.Observations;
import dev.millrace.gateway.PromptRoom;
import dev.millrace.gateway.Routing;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.auth.OpenCallers;
import dev.millrace.gateway.catalogue.ModelCatalogue;
import dev.millrace.gateway.catalogue.ObservedModels;
import dev.millrace.gateway.flow.CompletionFlow;
import dev.millrace.gateway.flow.EmbeddingFlow;
import dev.millrace.gateway.flow.FlowLimits;
import dev.millrace.gateway.flow.Settlements;
import dev.millrace.gateway.flow.TurnLimit;
import dev.millrace.gateway.grpc.GatewayGrpcService;
import dev.millrace.gateway.peers.BillingPeer;
import dev.millrace.gateway.peers.ClassifierPeer;
import dev.millrace.gateway.peers.InferencePeer;
import dev.millrace.gateway.peers.LedgerTurns;
import dev.millrace.gateway.peers.PeerListings;
import dev.millrace.gateway.routing.Policy;
import dev.millrace.gateway.routing.Router;
import dev.millrace.gateway.telemetry.TurnMeter;
import dev.millrace.gateway.telemetry.WatchedCompletions;
import dev.millrace.gateway.telemetry.WatchedEmbeddings;
import dev.millrace.telemetry.Telemetry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/** Puts the gateway together. */
@Factory
final class GatewayFactory {

    @Singleton
    @Bean(preDestroy = "close")
    PeerChannels channels(GatewaySettings settings, Telemetry telemetry) {
        return PeerChannels.open(settings, telemetry);
    }

    @Singleton
    Policy policy(GatewaySettings settings) {
        return settings.policy();
    }

    @Singleton
    FlowLimits limits(GatewaySettings settings) {
        return settings.limits();
    }

    @Singleton
    PromptRoom promptRoom(GatewaySettings settings) {
        return settings.promptRoom();
    }

    @Singleton
    Routing routing(Policy policy) {
        return new Router(policy);
    }

    @Singleton
    Observations observations() {
        return new ObservedModels(System::nanoTime);
    }

    @Singleton
    Callers callers() {
        return new OpenCallers();
    }

    @Singleton
    @Bean(preDestroy = "close")
    LocalNodes localNodes(GatewaySettings settings) {
        return LocalNodes.of(settings.text("peers.local-inference"), Place.of(System.getenv()));
    }

    @Singleton
    @Bean(preDestroy = "close")
    ModelCatalogue catalogue(PeerChannels channels, LocalNodes nodes, Policy policy, GatewaySettings settings) {
        return new ModelCatalogue(
                new PeerListings(channels.localInference(), channels.cloudRelay(), channels.billing(), nodes.names()),
                policy.aliases(),
                policy.cloudModel(),
                settings.span("catalogue.answer-within"));
    }

    @Singleton
    CompletionFlow.Peers peers(PeerChannels channels, Policy policy, GatewaySettings settings, Telemetry telemetry) {
        boolean oneProcess = settings.isInProcess("peers.billing") && settings.isInProcess("peers.cloud-relay");
        CompletionFlow.Peers peers = new CompletionFlow.Peers(
                new ClassifierPeer(channels.classifier(), policy.cutoffs()),
                new BillingPeer(channels.billing(), oneProcess),
                new InferencePeer(channels.localInference(), Target.LOCAL),
                new InferencePeer(channels.cloudRelay(), Target.CLOUD));
        return telemetry.meter().map(meter -> Watched.peers(peers, meter)).orElse(peers);
    }

    @Singleton
    @Bean(preDestroy = "close")
    Settlements settlements(CompletionFlow.Peers peers, GatewaySettings settings) {
        return new Settlements(peers.ledger(), settings.outbox());
    }

    @Singleton
    TurnLimit turnLimit(GatewaySettings settings) {
        return new TurnLimit(settings.turnsMax());
    }

    @Singleton
    Completions completions(
            TurnLimit limit,
            CompletionFlow.Peers peers,
            Routing routing,
            Catalogue catalogue,
            Observations observations,
            Settlements settlements,
            FlowLimits limits,
            Telemetry telemetry) {
        Completions limited =
                limit.within(new CompletionFlow(peers, routing, catalogue, observations, settlements, limits));
        return telemetry
                .meter()
                .<Completions>map(meter -> new WatchedCompletions(limited, Watched.turns(limit, settlements, meter)))
                .orElse(limited);
    }

    @Singleton
    Embeddings embeddings(
            TurnLimit limit,
            CompletionFlow.Peers peers,
            Routing routing,
            Catalogue catalogue,
            Settlements settlements,
            FlowLimits limits,
            Telemetry telemetry) {
        Embeddings limited = limit.within(new EmbeddingFlow(peers, routing, catalogue, settlements, limits));
        return telemetry
                .meter()
                .<Embeddings>map(meter -> new WatchedEmbeddings(limited, new TurnMeter(meter)))
                .orElse(limited);
    }

    @Singleton
    Generations generations(PeerChannels channels) {
        return new LedgerTurns(channels.billing());
    }

    @Singleton
    GatewayGrpcService door(
            Callers callers,
            Completions completions,
            Embeddings embeddings,
            Catalogue catalogue,
            GatewaySettings settings) {
        return new GatewayGrpcService(callers, completions, embeddings, catalogue, settings.span("grpc.stall-limit"));
    }
}
