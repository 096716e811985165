package dev.millrace.gateway.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class HttpDoorTest {

    @Test
    void namesTheProcessThatHoldsItsPort() throws IOException {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(holder.getLocalPort());

            assertThatThrownBy(() -> Door.open("port", port))
                    .hasMessageStartingWith("port " + port + " is taken by pid "
                            + ProcessHandle.current().pid());
        }
    }

    @Test
    void saysWhyAnAddressIsRefusedThatIsNotTaken() {
        // An address for documentation, which no machine has.
        assertThatThrownBy(() -> Door.open("host", "192.0.2.1", "port", "9"))
                .hasMessageStartingWith(
                        "cannot listen on 192.0.2.1:9: Cannot assign requested address. Choose another");
    }

    @Test
    void isClosedForWhoIsConnectedAndWhoComesAfter() throws IOException {
        Door door = Door.open();
        int port = door.port();
        try (Socket connected = new Socket(InetAddress.getLoopbackAddress(), port)) {
            connected.setSoTimeout(10_000);
            connected.getOutputStream().write("GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
            assertThat(connected.getInputStream().read()).isEqualTo('H');

            door.close();

            connected.getInputStream().readAllBytes();
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                    .isInstanceOf(ConnectException.class);
        }
    }
}
