package dev.millrace.gateway.catalogue;

import dev.millrace.gateway.Catalogue.Price;
import dev.millrace.gateway.Listings;
import dev.millrace.gateway.Standing.Presence;
import dev.millrace.gateway.Target;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the catalogue makes of backends that tell their models, or do not. */
final class ModelCatalogueTest {
    private static final Optional<Listings.Listing> TOLD = Optional.of(new Listings.Listing(List.of(), List.of()));
    private static final Optional<Listings.Listing> SILENT = Optional.empty();

    /** What local inference says, one question after another; then what cannot be read. */
    private final Queue<Optional<Listings.Listing>> local = new ArrayDeque<>();

    private final ModelCatalogue catalogue =
            new ModelCatalogue(new Backends(), Map.of(), Optional.empty(), Duration.ofSeconds(5));

    @AfterEach
    void close() {
        catalogue.close();
    }

    @Test
    void asksAgainWhoeverToldBefore() {
        refresh(List.of(TOLD));
        refresh(List.of(SILENT, TOLD));

        assertThat(presence()).isEqualTo(Presence.ANSWERS);
    }

    @Test
    void waitsOnceForWhoeverNeverTold() {
        refresh(List.of(SILENT));

        assertThat(presence()).isEqualTo(Presence.AWAY);
    }

    /** Else a list that grows old would be told as new. */
    @Test
    void notesAListThatCannotBeReadAsMissed() {
        refresh(List.of(TOLD));

        assertThatThrownBy(catalogue::refresh).hasRootCauseInstanceOf(NoSuchElementException.class);
        assertThat(presence()).isEqualTo(Presence.MISSED);
    }

    private void refresh(List<Optional<Listings.Listing>> said) {
        local.addAll(said);
        catalogue.refresh();
        assertThat(local).as("answers to questions that nobody asked").isEmpty();
    }

    private Presence presence() {
        return catalogue.standings().getFirst().presence();
    }

    private final class Backends implements Listings {
        @Override
        public Optional<Listing> models(Target target, Deadline deadline) {
            return target == Target.LOCAL ? local.remove() : TOLD;
        }

        @Override
        public Optional<Map<String, Price>> prices(Deadline deadline) {
            return Optional.empty();
        }
    }
}
