package dev.millrace.testing;

import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** One request as the fake cloud saw it, and what came of it; counts go on while it is answered. */
public final class CloudAttempt {
    private final Instant time;
    private final String method;
    private final String path;
    private final Map<String, String> headers;
    private final String body;
    private final JsonObject json;
    private final AtomicInteger wordsSent = new AtomicInteger();
    private final AtomicInteger wordsSentAfterClose = new AtomicInteger();
    private volatile boolean callerGone;
    private volatile long goneNanos;
    private volatile boolean ended;

    CloudAttempt(String method, String path, Map<String, String> headers, String body, JsonObject json) {
        this.time = Instant.now();
        this.method = method;
        this.path = path;
        this.headers = Map.copyOf(headers);
        this.body = body;
        this.json = json;
    }

    /** When the whole request had arrived. */
    public Instant time() {
        return time;
    }

    public String method() {
        return method;
    }

    /** The path as it was asked for, with its query. */
    public String path() {
        return path;
    }

    /** One header by its name in lower case. */
    public Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    public String body() {
        return body;
    }

    /** The body as JSON; empty for a request without one. */
    public JsonObject json() {
        return json.deepCopy();
    }

    /** The model asked for; empty when there was none. */
    public String model() {
        return json.has("model") ? json.get("model").getAsString() : "";
    }

    /** Words that were written to the connection: what a provider would bill. */
    public int wordsSent() {
        return wordsSent.get();
    }

    /** Words written after the caller had closed its side; a good caller leaves it at 0 or little more. */
    public int wordsSentAfterClose() {
        return wordsSentAfterClose.get();
    }

    /** True once the caller closed the connection before the answer was over. */
    public boolean callerGone() {
        return callerGone;
    }

    /** When the caller's closing was seen, by {@link System#nanoTime}; only where {@link #callerGone} is true. */
    public long goneNanos() {
        return goneNanos;
    }

    /** True once nothing more is done for this request. */
    public boolean ended() {
        return ended;
    }

    void countWord() {
        wordsSent.incrementAndGet();
        if (callerGone) {
            wordsSentAfterClose.incrementAndGet();
        }
    }

    synchronized void leave() {
        if (!callerGone) {
            goneNanos = System.nanoTime();
            callerGone = true;
        }
    }

    void end() {
        ended = true;
    }
}
