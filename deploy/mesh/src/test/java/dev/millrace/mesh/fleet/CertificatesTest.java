package dev.millrace.mesh.fleet;

import dev.millrace.mesh.process.Programs;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class CertificatesTest {
    @TempDir
    Path folder;

    @Test
    void areMadeAnewAtHalfOfTheirLife() {
        Assumptions.assumeTrue(
                Programs.of(System.getenv()).find("openssl").isPresent(),
                "NOT CHECKED: no certificates without openssl");
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        Certificates certificates = new Certificates(
                Path.of("certificates").toAbsolutePath(), folder, List.of("gateway", "billing"), now::get);
        certificates.make();
        BigInteger first = certificates.certificate("billing").getSerialNumber();

        now.updateAndGet(instant -> instant.plus(Duration.ofDays(14)));
        assertThat(certificates.renewIfDue()).isFalse();
        assertThat(certificates.certificate("billing").getSerialNumber()).isEqualTo(first);

        now.updateAndGet(instant -> instant.plus(Duration.ofDays(2)));
        assertThat(certificates.renewIfDue()).isTrue();
        assertThat(certificates.certificate("billing").getSerialNumber()).isNotEqualTo(first);
        assertThat(certificates.certificate("gateway").getSubjectX500Principal().getName())
                .contains("CN=gateway");
    }

    @Test
    void namesTheServiceWhoseCertificateCannotBeRead() throws IOException {
        Assumptions.assumeTrue(
                Programs.of(System.getenv()).find("openssl").isPresent(),
                "NOT CHECKED: no certificates without openssl");
        Path file = Files.createDirectory(folder.resolve("billing.sds.yaml"));
        Certificates certificates = new Certificates(
                Path.of("certificates").toAbsolutePath(), folder, List.of("gateway", "billing"), Instant::now);

        assertThatThrownBy(certificates::make)
                .hasMessageStartingWith("no certificate of billing: " + file + " cannot be read")
                .hasMessageEndingWith("Move this file away, so that a new one is made");
    }
}
