package dev.millrace.relay.providers;

import dev.millrace.relay.Provider;
import dev.millrace.relay.Upstream;
import dev.millrace.relay.Upstream.Exchange;
import dev.millrace.relay.WireFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks providers for their lists of models, each on a thread of its own, so that a dead one holds up nobody. */
public final class ModelRefresh implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelRefresh.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(10);

    private final LiveCatalog catalog;
    private final Upstream upstream;
    private final WireFormat format;
    private final Duration period;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch firstRound;

    /** Begins at once and goes on until it is closed. */
    public ModelRefresh(LiveCatalog catalog, Upstream upstream, WireFormat format, Duration period) {
        this.catalog = catalog;
        this.upstream = upstream;
        this.format = format;
        this.period = period;
        List<ProviderSource> asked = catalog.sources().stream()
                .filter(source ->
                        source.fetched() && source.provider().unusable().isEmpty())
                .toList();
        firstRound = new CountDownLatch(asked.size());
        asked.forEach(source ->
                Thread.ofVirtual().name("models-" + source.provider().name()).start(() -> repeat(source)));
    }

    /** Waits until every provider has answered once, or for so long. */
    public void awaitFirst(Duration atMost) throws InterruptedException {
        if (!firstRound.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            LOG.atInfo().log("a provider's list of models is still awaited; the start goes on without it");
        }
    }

    private void repeat(ProviderSource source) {
        boolean known = false;
        String lastTrouble = "";
        try {
            do {
                String trouble = fetch(source);
                if (!trouble.isEmpty() && !trouble.equals(lastTrouble)) {
                    LOG.atWarn()
                            .addKeyValue("provider", source.provider().name())
                            .addKeyValue("cause", trouble)
                            .log("the provider's list of models cannot be had");
                }
                lastTrouble = trouble;
                known |= trouble.isEmpty();
                firstRound.countDown();
            } while (!closed.await((known ? period : AFTER_FAILURE).toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Fetches the list; empty, or why it could not be had. */
    private String fetch(ProviderSource source) {
        Provider provider = source.provider();
        Map<String, String> headers = new HashMap<>(provider.authorization());
        headers.put("Accept", "application/json");
        Upstream.Request request = new Upstream.Request(
                provider.at("/models"),
                headers,
                new byte[0],
                provider.patience().connect(),
                SILENCE_MAX);
        try (Exchange exchange = upstream.prepare(request)) {
            int status = exchange.send().status();
            if (status != 200) {
                return noted(source, "its list of models answered " + status + hint(provider, status));
            }
            catalog.learn(source, format.readModels(exchange.body()));
            return "";
        } catch (Upstream.Unreachable unreachable) {
            return noted(source, "cannot reach " + unreachable.address() + ": " + unreachable.getMessage());
        } catch (IOException broken) {
            return noted(source, "its list of models cannot be read");
        }
    }

    private static String hint(Provider provider, int status) {
        return status == 404 || status == 405 ? ": check base-url, " + provider.pathHint() : "";
    }

    private String noted(ProviderSource source, String trouble) {
        catalog.note(source, trouble);
        return trouble;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
