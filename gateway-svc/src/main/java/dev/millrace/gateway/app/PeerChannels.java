package dev.millrace.gateway.app;

import dev.millrace.rpc.Channels;
import dev.millrace.rpc.Instruments;
import io.grpc.ManagedChannel;

/** The channels to the four peers. Owns them. */
record PeerChannels(
        ManagedChannel classifier, ManagedChannel billing, ManagedChannel localInference, ManagedChannel cloudRelay)
        implements AutoCloseable {

    static PeerChannels open(GatewaySettings settings, Instruments instruments) {
        return new PeerChannels(
                Channels.open(settings.text("peers.classifier"), instruments),
                Channels.open(settings.text("peers.billing"), instruments),
                Channels.open(settings.text("peers.local-inference"), instruments),
                Channels.open(settings.text("peers.cloud-relay"), instruments));
    }

    /** Cuts what the backends are still saying; billing stays, so that it can be settled. */
    void interrupt() {
        var _ = localInference.shutdownNow();
        var _ = cloudRelay.shutdownNow();
    }

    @Override
    public void close() {
        interrupt();
        var _ = classifier.shutdownNow();
        var _ = billing.shutdownNow();
    }
}
