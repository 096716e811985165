package dev.millrace.relay;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A provider's secret. It shows itself to nobody who prints it, and removes itself from texts that came from outside. */
public final class ApiKey {
    private static final ApiKey NONE = none("");
    private static final String HIDDEN = "***";

    private final @Nullable String secret;
    private final String remedy;

    private ApiKey(@Nullable String secret, String remedy) {
        this.secret = secret;
        this.remedy = remedy;
    }

    /** No key, so nothing is sent, and how the operator gives one, such as {@code set CLOUD_API_KEY}. */
    public static ApiKey none(String remedy) {
        return new ApiKey(null, remedy);
    }

    /** A key from its text; blank counts as none, and white space around it is dropped. */
    public static ApiKey of(String secret) {
        return secret.isBlank() ? NONE : new ApiKey(secret.strip(), "");
    }

    /** How the operator gives a key where there is none; empty: not known. */
    public String remedy() {
        return remedy;
    }

    public boolean isPresent() {
        return secret != null;
    }

    /** Calls the function with the secret; null when there is none. The one way to see it. */
    public <T> @Nullable T reveal(Function<String, T> use) {
        return secret == null ? null : use.apply(secret);
    }

    /** The text without the secret: some providers quote the key they refuse. */
    public String removeFrom(String text) {
        return secret == null ? text : text.replace(secret, HIDDEN);
    }

    @Override
    public String toString() {
        return secret == null ? "ApiKey(none)" : "ApiKey(" + HIDDEN + ")";
    }
}
