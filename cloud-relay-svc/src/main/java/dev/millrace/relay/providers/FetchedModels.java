package dev.millrace.relay.providers;

import dev.millrace.relay.Capabilities;
import dev.millrace.relay.ListedModel;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** What a provider's own list tells of a model: its name, sometimes its window, never what it can do. */
final class FetchedModels {
    private FetchedModels() {}

    /** Lists do not say which models embed; their names do. */
    static KnownModel entry(ListedModel model) {
        String name = model.id().toLowerCase(Locale.ROOT);
        boolean embeds = name.contains("embed") || name.startsWith("bge-") || name.contains("/bge-");
        return new KnownModel(
                model.id(),
                List.of(),
                model.contextLength(),
                OptionalLong.empty(),
                embeds ? Capabilities.EMBEDDINGS : Capabilities.CHAT);
    }

    /** What configuration says, completed by what the list says. */
    static KnownModel known(KnownModel configured, KnownModel fetched) {
        return new KnownModel(
                configured.id(),
                configured.aliases(),
                configured.contextLength().isPresent() ? configured.contextLength() : fetched.contextLength(),
                configured.maxOutputTokens(),
                configured.capabilities());
    }
}
