package dev.millrace.gateway;

import io.grpc.Deadline;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What backends and billing say of models; a boundary to all of them. */
public interface Listings {

    /** A backend's models in its own order, without prices; empty: it does not answer. */
    Optional<List<Catalogue.Entry>> models(Target target, Deadline deadline);

    /** The prices in force, by model; empty: billing does not answer. */
    Optional<Map<String, Catalogue.Price>> prices(Deadline deadline);
}
