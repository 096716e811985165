package dev.millrace.discovery;

import com.google.gson.JsonElement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of a service's instances as Consul knows them, whatever their health, for who must ask each of them. While
 * Consul does not answer, or has forgotten everything, they are those that it last told. Safe for several threads.
 */
public final class Instances implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Instances.class);
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(500);

    private final ConsulAgent agent;
    private final String service;
    private volatile List<String> told = List.of();

    /** Guarded by this. */
    private CompletableFuture<List<String>> question = CompletableFuture.completedFuture(told);

    /** It owns the agent's client. */
    public Instances(ConsulAgent agent, String service) {
        this.agent = agent;
        this.service = service;
    }

    /**
     * Sorted; empty only while Consul has never named one. Waits for Consul at most half a second, and an answer that
     * comes later is told to the next who asks.
     */
    public synchronized List<String> names() {
        if (question.isDone()) {
            question = CompletableFuture.supplyAsync(
                    this::ask, task -> Thread.ofVirtual().name("instances").start(task));
        }
        try {
            return question.get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            return told;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return told;
        } catch (ExecutionException failure) {
            throw new IllegalStateException(
                    "what Consul says of " + service + " could not be read", failure.getCause());
        }
    }

    private List<String> ask() {
        try {
            List<String> now = StreamSupport.stream(agent.health(service).spliterator(), false)
                    .map(Instances::name)
                    .sorted()
                    .toList();
            if (!now.isEmpty()) {
                told = now;
            }
            return told;
        } catch (ConsulFault away) {
            // The heartbeat says so, once.
            return told;
        } catch (RuntimeException nonsense) {
            LOG.atWarn()
                    .addKeyValue("service", service)
                    .setCause(nonsense)
                    .log("what Consul says of it cannot be read");
            return told;
        }
    }

    private static String name(JsonElement instance) {
        return instance.getAsJsonObject().getAsJsonObject("Service").get("ID").getAsString();
    }

    @Override
    public void close() {
        agent.close();
    }
}
