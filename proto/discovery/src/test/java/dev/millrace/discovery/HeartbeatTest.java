package dev.millrace.discovery;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

final class HeartbeatTest {
    private static final Duration OFTEN = Duration.ofMillis(20);
    private FakeConsul consul;

    @BeforeEach
    void start() throws IOException {
        consul = new FakeConsul();
    }

    @AfterEach
    void stop() {
        consul.close();
    }

    @Test
    void tellsWhereTheSidecarIsAndHowToCheckBoth() {
        begin(registration(Map.of("slots", "4"))).close();
        Heartbeat heartbeat = begin(registration(Map.of("slots", "4")));

        JsonObject told = Objects.requireNonNull(consul.services.get("local-inference-1"));
        JsonArray checks = told.getAsJsonArray("Checks");
        heartbeat.close();

        assertThat(told.get("Name").getAsString()).isEqualTo("local-inference");
        assertThat(told.get("Port").getAsInt()).isEqualTo(7511);
        assertThat(told.getAsJsonObject("Meta").get("slots").getAsString()).isEqualTo("4");
        assertThat(checks.get(0).getAsJsonObject().get("GRPC").getAsString()).isEqualTo("127.0.0.1:7510");
        assertThat(checks.get(1).getAsJsonObject().get("TCP").getAsString()).isEqualTo("127.0.0.1:7511");
    }

    /** Nobody is left to remove what was killed: the agent does, a minute after either of its checks has failed. */
    @Test
    void asksTheAgentToForgetWhatIsGoneForGood() {
        try (Heartbeat heartbeat = begin(registration(Map.of()))) {
            JsonArray checks = Objects.requireNonNull(consul.services.get("local-inference-1"))
                    .getAsJsonArray("Checks");

            assertThat(heartbeat).isNotNull();
            assertThat(checks)
                    .hasSize(2)
                    .allSatisfy(check -> assertThat(check.getAsJsonObject()
                                    .get("DeregisterCriticalServiceAfter")
                                    .getAsString())
                            .isEqualTo("1m"));
        }
    }

    /** Consul forgets what cannot work for a minute, and hears of it again two seconds later. */
    @Test
    void doesNotOfferAnInstanceThatSaysItCannotWork() {
        try (Heartbeat heartbeat = begin(registration(false, Map.of()))) {
            JsonArray checks = Objects.requireNonNull(consul.services.get("local-inference-1"))
                    .getAsJsonArray("Checks");

            assertThat(heartbeat).isNotNull();
            assertThat(checks)
                    .extracting(check -> check.getAsJsonObject().get("Status").getAsString())
                    .containsExactly("critical", "passing");
        }
    }

    @Test
    void registersAgainWithAnAgentThatForgot() {
        try (Heartbeat heartbeat = begin(registration(Map.of()))) {
            consul.services.clear();

            await().atMost(20, SECONDS).until(() -> consul.services.containsKey("local-inference-1"));
            assertThat(heartbeat).isNotNull();
        }
    }

    @Test
    void outlivesAnAgentThatIsAwayForAWhile() {
        try (Heartbeat heartbeat = begin(registration(Map.of()))) {
            consul.status = 500;
            consul.services.clear();
            await().atMost(20, SECONDS).until(() -> consul.refused.get() > 0);
            consul.status = 200;

            await().atMost(20, SECONDS).until(() -> consul.services.containsKey("local-inference-1"));
            assertThat(heartbeat).isNotNull();
        }
    }

    @Test
    void outlivesFactsThatCannotBeTold() {
        AtomicBoolean broken = new AtomicBoolean();
        AtomicInteger failures = new AtomicInteger();
        Heartbeat heartbeat = Heartbeat.begin(
                new ConsulAgent(consul.address()),
                () -> {
                    if (broken.get()) {
                        failures.incrementAndGet();
                        throw new IllegalStateException("no engine tells its models");
                    }
                    return registration(Map.of());
                },
                OFTEN);

        broken.set(true);
        await().atMost(20, SECONDS).until(() -> failures.get() > 1);
        consul.services.clear();
        broken.set(false);
        await().atMost(20, SECONDS).until(() -> consul.services.containsKey("local-inference-1"));
        broken.set(true);
        int before = failures.get();
        await().atMost(20, SECONDS).until(() -> failures.get() > before);
        heartbeat.close();

        assertThat(consul.services).isEmpty();
    }

    @Test
    void saysOnceThatFactsCannotBeTold() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger log = (Logger) LoggerFactory.getLogger(Heartbeat.class);
        lines.start();
        log.addAppender(lines);
        AtomicInteger asked = new AtomicInteger();
        try (Heartbeat heartbeat = Heartbeat.begin(
                new ConsulAgent(consul.address()),
                () -> {
                    if (asked.incrementAndGet() > 1) {
                        throw new IllegalStateException("no engine tells its models");
                    }
                    return registration(Map.of());
                },
                OFTEN)) {
            await().atMost(20, SECONDS).until(() -> asked.get() > 4);
            assertThat(heartbeat).isNotNull();
        } finally {
            log.detachAppender(lines);
        }

        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getThrowableProxy().getMessage()).isEqualTo("no engine tells its models");
        });
    }

    @Test
    void leavesNothingBehind() {
        Heartbeat heartbeat = begin(registration(Map.of()));

        heartbeat.close();

        assertThat(consul.services).isEmpty();
    }

    @Test
    void stopsTheStartWhenTheAgentRefuses() {
        consul.status = 404;

        assertThatThrownBy(() -> begin(registration(Map.of())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(consul.address() + " answered 404")
                .hasMessageContaining("page not found")
                .hasMessageContaining("MILLRACE_CONSUL");
    }

    @Test
    void knowsConsulFromSomethingElse() throws Exception {
        try (ConsulAgent agent = new ConsulAgent(consul.address())) {
            assertThat(agent.leader()).isEqualTo("127.0.0.1:8300");

            consul.leader = "<html>it works</html>";
            assertThatThrownBy(agent::leader)
                    .hasMessageContaining("is no Consul")
                    .hasMessageContaining("it works");
        }
    }

    private Heartbeat begin(Registration registration) {
        return Heartbeat.begin(new ConsulAgent(consul.address()), () -> registration, OFTEN);
    }

    private Registration registration(Map<String, String> facts) {
        return registration(true, facts);
    }

    private Registration registration(boolean serving, Map<String, String> facts) {
        Place place =
                new Place(consul.address(), "local-inference-1", new Address("127.0.0.1", 7511), Optional.empty());
        return new Registration("local-inference", place, new Address("127.0.0.1", 7510), serving, facts);
    }
}
