package dev.millrace.discovery;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

final class HeartbeatTest {
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final Heartbeat.Pace PACE = new Heartbeat.Pace(OFTEN, OFTEN, Duration.ofHours(1));
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(Heartbeat.class);

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private FakeConsul consul;

    @BeforeEach
    void start() throws IOException {
        consul = new FakeConsul();
        lines.list = Collections.synchronizedList(lines.list);
        lines.start();
        LOG.addAppender(lines);
    }

    @AfterEach
    void stop() {
        LOG.detachAppender(lines);
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
                PACE);

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
        AtomicInteger asked = new AtomicInteger();
        try (Heartbeat heartbeat = Heartbeat.begin(
                new ConsulAgent(consul.address()),
                () -> {
                    if (asked.incrementAndGet() > 1) {
                        throw new IllegalStateException("no engine tells its models");
                    }
                    return registration(Map.of());
                },
                PACE)) {
            await().atMost(20, SECONDS).until(() -> asked.get() > 4);
            assertThat(heartbeat).isNotNull();
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

    /** A service that starts while nobody is there to register it is of use as soon as somebody is. */
    @Test
    void waitsForAnAgentThatIsAwayWhenItBegins() throws Exception {
        int port = consul.address().getPort();
        consul.close();
        Heartbeat heartbeat = begin(registration(Map.of()));
        await().atMost(20, SECONDS).until(() -> !lines.list.isEmpty());

        consul = new FakeConsul(port);
        heartbeat.awaitRegistered();

        assertThat(consul.services).containsKey("local-inference-1");
        heartbeat.close();
        assertThat(consul.services).isEmpty();
        assertThat(lines.list)
                .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
                .satisfiesExactly(
                        away -> assertThat(away.toString())
                                .contains("WARN", "Consul at " + consul.address() + " does not answer", "asked again"),
                        back -> assertThat(back.toString()).contains("INFO", "registered"));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 429})
    void waitsForAnAgentThatCannotAnswerForNow(int status) throws Exception {
        consul.status = status;
        Heartbeat heartbeat = begin(registration(Map.of()));
        await().atMost(20, SECONDS).until(() -> consul.refused.get() > 2);

        consul.status = 200;
        heartbeat.awaitRegistered();

        assertThat(consul.services).containsKey("local-inference-1");
        heartbeat.close();
    }

    @Test
    void endsTheStartWhenAnAgentThatWasAwayRefuses() {
        consul.status = 500;
        Heartbeat heartbeat = begin(registration(Map.of()));

        consul.status = 403;

        assertThatThrownBy(heartbeat::awaitRegistered)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(consul.address() + " answered 403")
                .hasMessageContaining("MILLRACE_CONSUL");
        heartbeat.close();
    }

    @Test
    void outlivesARefusalOnceItWasRegistered() {
        try (Heartbeat heartbeat = begin(registration(Map.of()))) {
            consul.status = 403;
            consul.services.clear();
            await().atMost(20, SECONDS).until(() -> consul.refused.get() > 1);
            consul.status = 200;

            await().atMost(20, SECONDS).until(() -> consul.services.containsKey("local-inference-1"));
            assertThat(heartbeat).isNotNull();
        }
    }

    @Test
    void whoWaitsIsLetGoWhenItIsClosed() throws Exception {
        consul.status = 500;
        Heartbeat heartbeat = begin(registration(Map.of()));

        heartbeat.close();

        heartbeat.awaitRegistered();
        assertThat(consul.services).isEmpty();
    }

    @Test
    void remindsOfAnAgentThatStaysAway() {
        consul.status = 500;
        try (Heartbeat heartbeat = Heartbeat.begin(
                new ConsulAgent(consul.address()),
                () -> registration(Map.of()),
                new Heartbeat.Pace(OFTEN, OFTEN, OFTEN.multipliedBy(5)))) {
            await().atMost(20, SECONDS).until(() -> lines.list.size() > 2);
            assertThat(heartbeat).isNotNull();
        }

        assertThat(consul.refused.get()).isGreaterThan(lines.list.size());
    }

    @Test
    void stopsTheStartWhereAPageIsServedInPlaceOfConsul() {
        consul.noted = "<html>it works</html>";

        assertThatThrownBy(() -> begin(registration(Map.of())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("what listens at " + consul.address() + " is no Consul")
                .hasMessageContaining("it works");
    }

    @Test
    void stopsTheStartWhereNobodySpeaksHttp() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket caller = other.accept()) {
                    caller.getOutputStream().write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII));
                    caller.getInputStream().readAllBytes();
                } catch (IOException ended) {
                    // The caller has seen enough.
                }
            });
            ConsulAgent agent = new ConsulAgent(URI.create("http://127.0.0.1:" + other.getLocalPort()));

            assertThatThrownBy(() -> Heartbeat.begin(agent, () -> registration(Map.of()), PACE))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is no Consul: it does not speak HTTP");
        }
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
        return Heartbeat.begin(new ConsulAgent(consul.address()), () -> registration, PACE);
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
