package dev.millrace.gateway.app;

import dev.millrace.discovery.Address;
import dev.millrace.discovery.Place;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Whose names are worth something: without a sidecar nobody reads them, and each of several answers would be the same one's. */
final class LocalNodesTest {
    private static final Optional<Place> MESH = Optional.of(new Place(
            URI.create("http://127.0.0.1:8500"), "gateway-1", new Address("127.0.0.1", 7400), Optional.empty()));

    @Test
    void areKnownWhereASidecarLeadsToEach() {
        try (LocalNodes nodes = LocalNodes.of("sidecar://127.0.0.1:7402/local-inference", MESH)) {
            assertThat(nodes.known()).isPresent();
        }
    }

    @Test
    void areNotAskedForByNameOutsideOfAMesh() {
        try (LocalNodes alone = LocalNodes.of("inprocess:///local-inference", MESH);
                LocalNodes unregistered = LocalNodes.of("sidecar://127.0.0.1:7402/local-inference", Optional.empty())) {
            assertThat(alone.names().get()).isEmpty();
            assertThat(unregistered.names().get()).isEmpty();
        }
    }
}
