package dev.millrace.gateway;

import io.grpc.Deadline;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What backends and billing say of models; a boundary to all of them. */
public interface Listings {

    /** What a backend has; empty: it does not answer. */
    Optional<Listing> models(Target target, Deadline deadline);

    /** The prices in force, by model; empty: billing does not answer. */
    Optional<Map<String, Catalogue.Price>> prices(Deadline deadline);

    /** A backend's models in its own order, without prices, and its engines that never answered. */
    record Listing(List<Catalogue.Entry> models, List<Catalogue.Unreached> unreached) {

        public Listing {
            models = List.copyOf(models);
            unreached = List.copyOf(unreached);
        }
    }
}
