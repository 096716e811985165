package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Instance;
import dev.millrace.mesh.envoy.EdgePorts;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class PortsTest {
    private static final EdgePorts ELSEWHERE = new EdgePorts(1, 2);
    /** Below those that the system gives out by itself. */
    private static final int BASE = 21_300;

    @Test
    void givesEachInstanceTen() {
        Ports ports = new Ports(BASE, ELSEWHERE);
        Instance first = ports.next("billing", 1);
        Instance second = ports.next("billing", 2);
        ports.giveBack(first);

        assertThat(first.firstPort()).isEqualTo(BASE + 10);
        assertThat(second.firstPort()).isEqualTo(BASE + 20);
        assertThat(ports.next("billing", 3).firstPort()).isEqualTo(BASE + 10);
    }

    /** The doors open last, when those would have been taken. */
    @Test
    void leavesOutThoseOfTheDoors() {
        Ports ports = new Ports(BASE, new EdgePorts(BASE + 10, BASE + 22));

        assertThat(ports.next("gateway", 1).firstPort()).isEqualTo(BASE + 30);
        assertThatThrownBy(() -> new Ports(BASE, new EdgePorts(1, BASE + 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("--port-base: " + BASE, "port " + (BASE + 4), "--http-port");
    }

    @Test
    void passesByWhatIsTakenWhereAMeshRunsAlready() throws IOException {
        Ports ports = new Ports(BASE + 1000, ELSEWHERE);
        try (ServerSocket foreign = new ServerSocket()) {
            foreign.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), BASE + 1011));

            assertThatThrownBy(() -> ports.next("billing", 1))
                    .hasMessageContaining("port " + (BASE + 1011) + " is taken");
            assertThat(ports.nextFree("billing", 1).firstPort()).isEqualTo(BASE + 1020);
            assertThat(ports.nextFree("billing", 2).firstPort()).isEqualTo(BASE + 1030);
        }
        assertThat(ports.nextFree("billing", 3).firstPort()).isEqualTo(BASE + 1010);
    }

    @Test
    void callsNotEveryPortTakenThatCannotBeOpened() {
        assertThat(Ports.complaint(80, "Choose another.", new BindException("Permission denied")))
                .isEqualTo("port 80 cannot be opened: Permission denied. Choose another.");
        assertThat(Ports.complaint(80, "Choose another.", new BindException("Address already in use")))
                .startsWith("port 80 is taken")
                .endsWith(" Choose another.");
    }
}
