package dev.millrace.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Puts a resource of the class path where native code can open it, once for all starts, instead of leaving a copy of each
 * start in the folder for temporary files: below a folder named after its SHA-256, so that versions
 * never mix, written beside its place and moved there whole. What lies there already is read again and compared, so a damaged
 * or foreign file is replaced.
 */
public record CachedResource(String resource, String fileName) {
    /** Long enough that two versions of a file never share a folder. */
    private static final int FOLDER_DIGITS = 16;

    private static final int PIECE_BYTES = 1 << 14;

    /** Whether the class path has it: a library need not be shipped for every system. */
    public boolean isShipped() {
        return CachedResource.class.getResource(resource) != null;
    }

    /** The file below {@code cache}, its content equal to the resource's. */
    public Path in(Path cache) throws IOException {
        return in(cache, sha256());
    }

    /** The same, after comparing the resource itself with the SHA-256 that was recorded when it was made. */
    public Path verifiedIn(Path cache, String sha256Expected) throws IOException {
        String found = sha256();
        if (!found.equals(sha256Expected)) {
            throw new IOException("the resource " + resource + " is damaged: SHA-256 " + found + " (expected: "
                    + sha256Expected + ")");
        }
        return in(cache, found);
    }

    private Path in(Path cache, String sha256) throws IOException {
        Path folder = cache.resolve(sha256.substring(0, FOLDER_DIGITS));
        Path file = folder.resolve(fileName);
        if (Files.isRegularFile(file) && sha256(Files.newInputStream(file)).equals(sha256)) {
            return file;
        }
        Files.createDirectories(folder);
        Path fresh = Files.createTempFile(folder, fileName, ".new");
        try {
            write(fresh);
            return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            // Half a file on a full disk would keep it full.
            Files.deleteIfExists(fresh);
        }
    }

    private void write(Path file) throws IOException {
        try (InputStream content = content();
                OutputStream out = Files.newOutputStream(file)) {
            content.transferTo(out);
        }
    }

    private String sha256() throws IOException {
        return sha256(content());
    }

    private InputStream content() throws IOException {
        @Nullable InputStream content = CachedResource.class.getResourceAsStream(resource);
        if (content == null) {
            throw new IOException("the resource " + resource + " is missing from the class path");
        }
        return content;
    }

    /** Piece by piece: a heap that once held a whole library or model keeps the room. */
    private static String sha256(InputStream content) throws IOException {
        try (content) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] piece = new byte[PIECE_BYTES];
            for (int length = content.read(piece); length >= 0; length = content.read(piece)) {
                digest.update(piece, 0, length);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
