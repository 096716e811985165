package dev.millrace.gateway.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

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
}
