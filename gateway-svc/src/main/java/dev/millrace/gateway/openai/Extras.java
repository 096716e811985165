package dev.millrace.gateway.openai;

import java.io.IOException;

/** Gathers the keys of an object that nothing here models, as the text of one JSON object in their order. */
final class Extras {
    private final StringBuilder text = new StringBuilder();

    void keep(String name, JsonIn in) throws IOException {
        keep(name, in.raw());
    }

    /** Keeps what an object inside had gathered, where it had anything. */
    void keep(String name, Extras inner) {
        if (!inner.text.isEmpty()) {
            keep(name, inner.json());
        }
    }

    private void keep(String name, String json) {
        JsonOut key = new JsonOut(name.length() + 8);
        key.key(name);
        text.append(text.isEmpty() ? '{' : ',');
        text.append(new String(key.toBytes(), java.nio.charset.StandardCharsets.UTF_8));
        text.append(json);
    }

    /** The object; empty where nothing was kept. */
    String json() {
        return text.isEmpty() ? "" : text + "}";
    }
}
