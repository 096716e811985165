package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Folders;
import dev.millrace.runtime.Home;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class ShownCertificatesTest {
    private static final String BILLING = "spiffe://millrace/billing";
    private static final Instant END = Instant.parse("2026-12-23T10:50:12Z");

    private static final int QUESTION_BYTES_MAX = 1024;

    @TempDir
    Path home;

    @Test
    void onesInTheServicesNameThatLastAreGood() {
        assertThat(ShownCertificates.complaint(told(BILLING), BILLING, END.minusSeconds(1)))
                .isEmpty();
    }

    @Test
    void tellsTheEndOfOneThatHasExpired() {
        assertThat(ShownCertificates.complaint(told(BILLING), BILLING, END))
                .contains("its certificate expired on 2026-12-23 10:50 UTC");
    }

    @Test
    void tellsWhoseNameAWrongOneHas() {
        assertThat(ShownCertificates.complaint(told("spiffe://millrace/classifier"), BILLING, END.minusSeconds(1)))
                .contains("its certificate is for spiffe://millrace/classifier (expected: spiffe://millrace/billing)");
    }

    @Test
    void tellsWhereThereIsNone() {
        assertThat(ShownCertificates.complaint("{\"certificates\": []}", BILLING, END))
                .contains("it has no certificate");
        assertThat(ShownCertificates.complaint("{\"certificates\": [{\"ca_cert\": []}]}", BILLING, END))
                .contains("it has no certificate");
    }

    @Test
    void readsWhatASidecarSendsInPiecesAndNamesTheCommandThatHelps() throws Exception {
        Folders folders = new Folders(new Home(home));
        Files.createDirectories(folders.admin());
        String told = told("spiffe://millrace/späte");

        try (Sidecar sidecar = new Sidecar(folders.admin("billing-1"), told)) {
            assertThatThrownBy(() -> ShownCertificates.requireGood(folders, "billing-1", "billing"))
                    .isInstanceOf(IOException.class)
                    .hasMessageEndingWith(". Make a new one: " + home + "/mesh/rendered/certificates " + home
                            + "/mesh/certificates billing");
            assertThat(sidecar.thread).isNotNull();
        }
    }

    /** In the form of Envoy 1.40; the authority's own ends earlier, and is not what others are shown. */
    private static String told(String name) {
        return """
            {"certificates": [{
              "ca_cert": [{"path": "<inline>", "serial_number": "1f", "subject_alt_names": [],
                "days_until_expiration": "3649", "valid_from": "2026-11-23T10:50:12Z", "expiration_time": "2026-11-30T10:50:12Z"}],
              "cert_chain": [{"path": "<inline>", "serial_number": "2e", "subject_alt_names": [{"uri": "%s"}],
                "days_until_expiration": "29", "valid_from": "2026-11-23T10:50:12Z", "expiration_time": "%s"}]}]}
            """.formatted(name, END);
    }

    /** Answers one question in two pieces. */
    private static final class Sidecar implements AutoCloseable {
        private final ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        private final Thread thread;

        Sidecar(Path socket, String body) throws IOException {
            door.bind(UnixDomainSocketAddress.of(socket));
            thread = Thread.ofVirtual().start(() -> answer(body.getBytes(StandardCharsets.UTF_8)));
        }

        private void answer(byte[] body) {
            int half = body.length / 2;
            try (SocketChannel caller = door.accept()) {
                // One who closes before it has read breaks the connection off.
                var _ = caller.read(ByteBuffer.allocate(QUESTION_BYTES_MAX));
                write(
                        caller,
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                piece(caller, ByteBuffer.wrap(body, 0, half));
                piece(caller, ByteBuffer.wrap(body, half, body.length - half));
                write(caller, "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException closed) {
                return; // the test is over
            }
        }

        private static void piece(SocketChannel caller, ByteBuffer piece) throws IOException {
            write(caller, (Integer.toHexString(piece.remaining()) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            while (piece.hasRemaining()) {
                var _ = caller.write(piece);
            }
            write(caller, "\r\n".getBytes(StandardCharsets.US_ASCII));
        }

        private static void write(SocketChannel caller, byte[] bytes) throws IOException {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                var _ = caller.write(rest);
            }
        }

        @Override
        public void close() throws IOException {
            door.close();
        }
    }
}
