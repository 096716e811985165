package dev.millrace.gateway.app;

import dev.millrace.rpc.Channels;
import io.grpc.ManagedChannel;

/** The channels to the four peers. Owns them. */
record PeerChannels(
        ManagedChannel classifier, ManagedChannel billing, ManagedChannel localInference, ManagedChannel cloudRelay)
        implements AutoCloseable {

    static PeerChannels open(GatewaySettings settings) {
        return new PeerChannels(
                Channels.open(settings.text("peers.classifier")),
                Channels.open(settings.text("peers.billing")),
                Channels.open(settings.text("peers.local-inference")),
                Channels.open(settings.text("peers.cloud-relay")));
    }

    @Override
    public void close() {
        var _ = classifier.shutdownNow();
        var _ = billing.shutdownNow();
        var _ = localInference.shutdownNow();
        var _ = cloudRelay.shutdownNow();
    }
}
