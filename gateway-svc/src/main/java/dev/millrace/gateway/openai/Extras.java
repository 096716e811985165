package dev.millrace.gateway.openai;

import java.io.IOException;

/** Gathers the keys of an object that nothing here models, as the text of one JSON object in their order. */
final class Extras {
    private final StringBuilder text = new StringBuilder();

    void keep(String name, JsonIn in) throws IOException {
        JsonOut key = new JsonOut(name.length() + 8);
        key.key(name);
        text.append(text.isEmpty() ? '{' : ',');
        text.append(new String(key.toBytes(), java.nio.charset.StandardCharsets.UTF_8));
        text.append(in.raw());
    }

    /** The object; empty where nothing was kept. */
    String json() {
        return text.isEmpty() ? "" : text + "}";
    }
}
