package dev.millrace.relay;

import java.util.List;
import java.util.Optional;

/** The models of all providers, answered from memory: no provider is asked while a caller waits. */
public interface Catalog {
    /** All models by id, those that cannot be used now included. */
    List<ProviderModel> models();

    /** The model with this id or alias. */
    Optional<ProviderModel> find(String name);
}
