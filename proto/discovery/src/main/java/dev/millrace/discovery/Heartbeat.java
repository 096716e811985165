package dev.millrace.discovery;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one instance registered: registers it anew every other second, so that an agent that forgot everything knows it again
 * and changed facts arrive, and removes it when closed. Checks keep their state meanwhile.
 */
public final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final Duration LAST_WORD_MAX = Duration.ofSeconds(4);

    private final ConsulAgent agent;
    private final Supplier<Registration> registration;
    private final String instance;
    private final CountDownLatch leaving = new CountDownLatch(1);
    private final Thread thread;

    private Heartbeat(ConsulAgent agent, Supplier<Registration> registration, String instance, Duration every) {
        this.agent = agent;
        this.registration = registration;
        this.instance = instance;
        this.thread = Thread.ofVirtual().name("heartbeat").unstarted(() -> beat(every));
    }

    /**
     * Registers, and goes on until closed; it owns the agent's client.
     *
     * @param registration asked anew for each beat
     * @throws IllegalStateException when the first registration is refused or cannot be told
     */
    public static Heartbeat begin(ConsulAgent agent, Supplier<Registration> registration) {
        return begin(agent, registration, EVERY);
    }

    static Heartbeat begin(ConsulAgent agent, Supplier<Registration> registration, Duration every) {
        Registration first = registration.get();
        try {
            agent.register(first);
        } catch (ConsulFault fault) {
            agent.close();
            throw new IllegalStateException(
                    fault.getMessage() + ". Set MILLRACE_CONSUL to the agent of this host, or to nothing to run alone",
                    fault);
        }
        Heartbeat heartbeat = new Heartbeat(agent, registration, first.place().instance(), every);
        heartbeat.thread.start();
        return heartbeat;
    }

    private void beat(Duration every) {
        boolean heard = true;
        try {
            while (!leaving.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
                heard = tell(heard);
            }
            agent.deregister(instance);
        } catch (ConsulFault away) {
            // The agent forgets a dead instance by itself.
            LOG.atWarn().addKeyValue("instance", instance).log("could not deregister: {}", away.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Logs only when it can no longer be told and when it can again; nothing that fails here ends the beat. */
    private boolean tell(boolean heardBefore) {
        try {
            agent.register(registration.get());
            if (!heardBefore) {
                LOG.atInfo().addKeyValue("instance", instance).log("registered again");
            }
            return true;
        } catch (ConsulFault away) {
            if (heardBefore) {
                LOG.atWarn().addKeyValue("instance", instance).log("not registered for now: {}", away.getMessage());
            }
            return false;
        } catch (RuntimeException failure) {
            if (heardBefore) {
                LOG.atWarn()
                        .addKeyValue("instance", instance)
                        .setCause(failure)
                        .log("not registered anew for now, what the instance can do could not be told");
            }
            return false;
        }
    }

    /** Removes the instance; returns when Consul has taken note, or is found to be away. */
    @Override
    public void close() {
        leaving.countDown();
        try {
            if (!thread.join(LAST_WORD_MAX)) {
                thread.interrupt();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        agent.close();
    }
}
