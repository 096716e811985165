package dev.millrace.gateway;

import io.grpc.Deadline;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What backends and billing say of models; a boundary to all of them. */
public interface Listings {

    /** What a backend has, all of its instances together; empty: none of them answers. */
    Optional<Listing> models(Target target, Deadline deadline);

    /** The prices in force, by model; empty: billing does not answer. */
    Optional<Map<String, Catalogue.Price>> prices(Deadline deadline);

    /** A backend's models in its own order, without prices, and its engines that never answered. */
    record Listing(List<Catalogue.Entry> models, List<Catalogue.Unreached> unreached) {

        public Listing {
            models = List.copyOf(models);
            unreached = List.copyOf(unreached);
        }

        /**
         * The lists of several instances as one: each model once, as the instance knows it that can use it best, at the place where it
         * first stands.
         */
        public static Listing together(List<Listing> ofInstances) {
            Map<String, Catalogue.Entry> best = new LinkedHashMap<>();
            for (Listing listing : ofInstances) {
                listing.models.forEach(model -> best.merge(
                        model.id(),
                        model,
                        (known, other) -> other.state().compareTo(known.state()) < 0 ? other : known));
            }
            return new Listing(
                    List.copyOf(best.values()),
                    ofInstances.stream()
                            .flatMap(listing -> listing.unreached.stream())
                            .distinct()
                            .toList());
        }
    }
}
