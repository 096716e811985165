package dev.millrace.discovery;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class InstancesTest {
    private FakeConsul consul;
    private Instances nodes;

    @BeforeEach
    void start() throws IOException {
        consul = new FakeConsul();
        nodes = new Instances(new ConsulAgent(consul.address()), "local-inference");
    }

    @AfterEach
    void stop() {
        nodes.close();
        consul.close();
    }

    @Test
    void namesThoseOfItsServiceInOrder() {
        add("local-inference-2", "local-inference");
        add("billing-1", "billing");
        add("local-inference-1", "local-inference");

        assertThat(nodes.names()).containsExactly("local-inference-1", "local-inference-2");
    }

    @Test
    void forgetsOneThatConsulHasForgotten() {
        add("local-inference-1", "local-inference");
        add("local-inference-2", "local-inference");
        nodes.names();

        consul.services.remove("local-inference-2");

        assertThat(nodes.names()).containsExactly("local-inference-1");
    }

    @Test
    void keepsWhatItWasToldWhileConsulIsAwayOrHasForgottenEverything() {
        add("local-inference-1", "local-inference");
        nodes.names();

        consul.services.clear();
        assertThat(nodes.names()).containsExactly("local-inference-1");
        consul.status = 500;
        assertThat(nodes.names()).containsExactly("local-inference-1");
    }

    /** Who waited for the whole of its patience would have no time left for the instances themselves. */
    @Test
    void doesNotWaitForAConsulThatHangs() throws Exception {
        try (ServerSocket hanging = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Instances asked = new Instances(
                        new ConsulAgent(URI.create("http://127.0.0.1:" + hanging.getLocalPort())), "local-inference")) {
            long begin = System.nanoTime();

            assertThat(asked.names()).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
        }
    }

    private void add(String instance, String service) {
        JsonObject entry = new JsonObject();
        entry.addProperty("ID", instance);
        entry.addProperty("Name", service);
        consul.services.put(instance, entry);
    }
}
