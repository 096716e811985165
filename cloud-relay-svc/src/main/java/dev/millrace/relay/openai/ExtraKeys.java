package dev.millrace.relay.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.relay.WireFormat.UnfitRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the keys of messages, parts and tools that nothing here models, in the text they came in. A key that is modelled has
 * its modelled value alone, and what the provider would reject does not go: both are left out and named by their paths.
 */
final class ExtraKeys {
    /** More paths than a person reads are not named. */
    private static final int NAMED_MAX = 100;

    private final JsonGenerator json;
    private final Set<String> rejected;
    private final List<String> dropped;

    /** @param dropped where the paths of what is left out go */
    ExtraKeys(JsonGenerator json, Set<String> rejected, List<String> dropped) {
        this.json = json;
        this.rejected = rejected;
        this.dropped = dropped;
    }

    /**
     * The keys of one object.
     *
     * @param field where they stand in the request's message, for the refusal of what is no JSON object
     * @param path where the object stands in the request as callers know it
     */
    record Keys(String field, String path, Map<String, String> values) {
        /** Takes out the keys that belong to an object inside. */
        Keys inside(String name) throws UnfitRequest {
            String inner = values.remove(name);
            return new Keys(field, path + "." + name, RawObject.fields(field, inner == null ? "" : inner));
        }
    }

    static Keys read(String field, String path, String text) throws UnfitRequest {
        return new Keys(field, path, RawObject.fields(field, text));
    }

    /** Writes into the object that is open; {@code modelled} keys are written by others. */
    void write(Keys keys, Set<String> modelled) throws IOException {
        for (Map.Entry<String, String> extra : keys.values.entrySet()) {
            String name = extra.getKey();
            if (!modelled.contains(name) && !rejected.contains(name)) {
                json.writeFieldName(name);
                json.writeRawValue(extra.getValue());
            } else if (dropped.size() < NAMED_MAX) {
                dropped.add(keys.path + "." + name);
            }
        }
    }
}
