package dev.millrace.mesh.fleet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificates of a mesh, made anew in time: sidecars take up what is replaced without a pause. */
final class Certificates {
    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";

    private final Path script;
    private final Path folder;
    private final List<String> names;
    private final InstantSource clock;

    Certificates(Path script, Path folder, List<String> names, InstantSource clock) {
        this.script = script;
        this.folder = folder;
        this.names = List.copyOf(names);
        this.clock = clock;
    }

    /**
     * Fresh ones, from the authority of this home, which is made at the first time; a sidecar that cannot read its own would
     * wait for it without a word.
     */
    void make() {
        runScript();
        names.forEach(this::certificate);
    }

    private void runScript() {
        List<String> command = new ArrayList<>(List.of(script.toString(), folder.toString()));
        command.addAll(names);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("no certificates: " + words.strip());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("no certificates: " + failure.getMessage(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    /** Makes fresh ones once half of the time of the first to expire is over; returns whether it did. */
    boolean renewIfDue() {
        if (names.stream().noneMatch(name -> isDue(certificate(name)))) {
            return false;
        }
        make();
        LOG.atInfo()
                .addKeyValue(
                        "until", certificate(names.getFirst()).getNotAfter().toInstant())
                .log("certificates renewed");
        return true;
    }

    private boolean isDue(X509Certificate certificate) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        return !clock.instant().isBefore(from.plusMillis((until.toEpochMilli() - from.toEpochMilli()) / 2));
    }

    /** The one that a service shows now. */
    X509Certificate certificate(String name) {
        Path file = folder.resolve(name + ".sds.yaml");
        try {
            String text = Files.readString(file).lines().map(String::strip).collect(Collectors.joining("\n"));
            int begin = text.indexOf(BEGIN);
            int end = text.indexOf(END, begin);
            if (begin < 0 || end < 0) {
                throw none(name, file + " holds no certificate", null);
            }
            byte[] pem = text.substring(begin, end + END.length()).getBytes(StandardCharsets.US_ASCII);
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
        } catch (IOException | CertificateException unreadable) {
            throw none(name, file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static IllegalStateException none(String name, String why, @Nullable Exception cause) {
        return new IllegalStateException(
                "no certificate of " + name + ": " + why + ". Move this file away, so that a new one is made", cause);
    }
}
