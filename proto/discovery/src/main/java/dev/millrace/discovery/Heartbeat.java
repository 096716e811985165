package dev.millrace.discovery;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one instance registered: registers it anew every other second, so that an agent that forgot everything knows
 * it again and changed facts arrive, and removes it when closed. Checks keep their state meanwhile. An agent that is
 * away is asked every second, for as long as it takes.
 */
public final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
    private static final Pace PACE = new Pace(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofMinutes(1));
    private static final Duration LAST_WORD_MAX = Duration.ofSeconds(4);
    private static final String UNHEARD_OF =
            ". It is asked again every second; until it takes note, nobody hears of this instance";

    private final ConsulAgent agent;
    private final Supplier<Registration> registration;
    private final String instance;
    private final Pace pace;
    private final CountDownLatch leaving = new CountDownLatch(1);
    /** Registered for the first time, refused, or closed before. */
    private final CountDownLatch settled = new CountDownLatch(1);

    private final Thread thread = Thread.ofVirtual().name("heartbeat").unstarted(this::beat);

    /** Before the thread begins guarded by who begins it, then by the thread, as is the next. */
    private boolean heard = true;

    private long saidNanos;
    private volatile @Nullable ConsulFault refusal;

    /**
     * How often the agent is told, and the log.
     *
     * @param every between two registrations
     * @param again after one that failed: an instance that nobody knows takes no calls
     * @param reminded between two lines that say so, while nothing changes
     */
    record Pace(Duration every, Duration again, Duration reminded) {}

    private Heartbeat(ConsulAgent agent, Supplier<Registration> registration, String instance, Pace pace) {
        this.agent = agent;
        this.registration = registration;
        this.instance = instance;
        this.pace = pace;
    }

    /**
     * Registers, and goes on until closed; it owns the agent's client. An agent that is away does not keep this
     * waiting: the log says so, and {@link #awaitRegistered} waits for its return.
     *
     * @param registration asked anew for each beat
     * @throws IllegalStateException when the first registration is refused, or what listens there is no Consul
     */
    public static Heartbeat begin(ConsulAgent agent, Supplier<Registration> registration) {
        return begin(agent, registration, PACE);
    }

    static Heartbeat begin(ConsulAgent agent, Supplier<Registration> registration, Pace pace) {
        Registration first = registration.get();
        Heartbeat heartbeat = new Heartbeat(agent, registration, first.place().instance(), pace);
        try {
            heartbeat.register(first);
            heartbeat.requireNoRefusal();
        } catch (RuntimeException wrong) {
            agent.close();
            throw wrong;
        }
        heartbeat.thread.start();
        return heartbeat;
    }

    /**
     * Returns once the instance has been registered, or this is closed.
     *
     * @throws IllegalStateException when an agent that was away at first is back, and refuses the registration
     */
    public void awaitRegistered() throws InterruptedException {
        settled.await();
        requireNoRefusal();
    }

    private void requireNoRefusal() {
        ConsulFault refused = refusal;
        if (refused != null) {
            throw new IllegalStateException(
                    refused.getMessage()
                            + ". Set MILLRACE_CONSUL to the agent of this host, or to nothing to run alone",
                    refused);
        }
    }

    private void beat() {
        try {
            while (!leaving.await(pause().toMillis(), TimeUnit.MILLISECONDS)) {
                tell();
                if (refusal != null) {
                    return;
                }
            }
            agent.deregister(instance);
        } catch (ConsulFault away) {
            // The agent forgets a dead instance by itself.
            LOG.atWarn().addKeyValue("instance", instance).log("could not deregister: {}", away.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration pause() {
        return heard ? pace.every() : pace.again();
    }

    /** Nothing that fails here ends the beat, but a refusal of the first registration. */
    private void tell() {
        try {
            register(registration.get());
        } catch (RuntimeException failure) {
            missed("what the instance can do could not be told", failure);
        }
    }

    private void register(Registration now) {
        try {
            agent.register(now);
            if (!heard) {
                LOG.atInfo().addKeyValue("instance", instance).log(isRegistered() ? "registered again" : "registered");
            }
            heard = true;
            settled.countDown();
        } catch (ConsulFault fault) {
            if (!isRegistered() && fault.kind() == ConsulFault.Kind.REFUSED) {
                refusal = fault;
                settled.countDown();
            } else {
                missed(fault.getMessage() + (isRegistered() ? "" : UNHEARD_OF), null);
            }
        }
    }

    private boolean isRegistered() {
        return settled.getCount() == 0;
    }

    /** Said when it begins, and rarely while it lasts. */
    private void missed(String why, @Nullable RuntimeException cause) {
        long now = System.nanoTime();
        if (heard || now - saidNanos >= pace.reminded().toNanos()) {
            LOG.atWarn().addKeyValue("instance", instance).setCause(cause).log("not registered for now: {}", why);
            saidNanos = now;
        }
        heard = false;
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
        settled.countDown();
        agent.close();
    }
}
