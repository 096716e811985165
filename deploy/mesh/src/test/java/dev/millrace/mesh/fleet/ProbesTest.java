package dev.millrace.mesh.fleet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

final class ProbesTest {
    @Test
    void tellsOfEachInItsOrder() {
        assertThat(Probes.ask(List.of(
                        () -> {},
                        () -> {
                            throw new IOException("it has no leader");
                        },
                        () -> {})))
                .containsExactly("running", "it has no leader", "running");
    }

    @Test
    @Timeout(20)
    void waitsForManyThatHangAsLongAsForOne() {
        CountDownLatch never = new CountDownLatch(1);
        List<Probe> probes = new ArrayList<>(Collections.nCopies(40, never::await));
        probes.add(() -> {});
        long begin = System.nanoTime();

        List<String> said = Probes.ask(probes);

        assertThat(said.subList(0, 40)).containsOnly("no answer within 1 s");
        assertThat(said.getLast()).isEqualTo("running");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }

    /** As the kernel does for a program that was halted. */
    @Test
    @Timeout(20)
    void isNotContentWithAConnection() throws IOException {
        try (ServerSocket hanging = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            int port = hanging.getLocalPort();

            assertThat(Probes.ask(List.of(() -> Greeting.grpc(port), () -> Greeting.postgresql(port, "millrace"))))
                    .containsExactly("no answer within 1 s", "no answer within 1 s");
        }
    }
}
