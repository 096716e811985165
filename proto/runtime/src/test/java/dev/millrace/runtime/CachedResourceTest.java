package dev.millrace.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class CachedResourceTest {
    private static final FileTime LONG_AGO = FileTime.from(Instant.EPOCH);

    @TempDir
    Path cache;

    private final CachedResource resource = new CachedResource("/billing/application.yml", "defaults.yml");

    @Test
    void theSecondStartAddsAndWritesNothing() throws IOException {
        Path first = resource.in(cache);
        Files.setLastModifiedTime(first, LONG_AGO);

        Path second = resource.in(cache);

        assertThat(second).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(second)).isEqualTo(LONG_AGO);
        assertThat(files()).containsExactly(first);
    }

    @Test
    void aDamagedFileIsReplaced() throws IOException {
        Path file = resource.in(cache);
        String whole = Files.readString(file);
        Files.writeString(file, "cut");

        assertThat(resource.in(cache)).isEqualTo(file).hasContent(whole);
        assertThat(files()).containsExactly(file);
    }

    @Test
    void whatCannotBePutInPlaceLeavesNothing() throws IOException {
        Path file = resource.in(cache);
        Files.delete(file);
        Path inTheWay = Files.createFile(Files.createDirectory(file).resolve("in the way"));

        assertThatThrownBy(() -> resource.in(cache)).isInstanceOf(IOException.class);
        assertThat(files()).containsExactly(inTheWay);
    }

    @Test
    void whatIsNotShippedIsSaid() {
        CachedResource absent = new CachedResource("/no/such.so", "such.so");

        assertThat(resource.isShipped()).isTrue();
        assertThat(absent.isShipped()).isFalse();
        assertThatThrownBy(() -> absent.in(cache)).hasMessageContaining("/no/such.so is missing");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(cache)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
