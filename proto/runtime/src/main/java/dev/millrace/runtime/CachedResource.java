package dev.millrace.runtime;

import java.io.IOException;
import java.io.InputStream;
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

    /** Whether the class path has it: a library need not be shipped for every system. */
    public boolean isShipped() {
        return CachedResource.class.getResource(resource) != null;
    }

    /** The file below {@code cache}, its content equal to the resource's. */
    public Path in(Path cache) throws IOException {
        byte[] content = content();
        Path folder = cache.resolve(sha256(content).substring(0, FOLDER_DIGITS));
        Path file = folder.resolve(fileName);
        if (Files.isRegularFile(file) && MessageDigest.isEqual(Files.readAllBytes(file), content)) {
            return file;
        }
        Files.createDirectories(folder);
        Path fresh = Files.createTempFile(folder, fileName, ".new");
        try {
            Files.write(fresh, content);
            return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            // Half a file on a full disk would keep it full.
            Files.deleteIfExists(fresh);
        }
    }

    /** The same, after comparing the resource itself with the SHA-256 that was recorded when it was made. */
    public Path verifiedIn(Path cache, String sha256Expected) throws IOException {
        String found = sha256(content());
        if (!found.equals(sha256Expected)) {
            throw new IOException("the resource " + resource + " is damaged: SHA-256 " + found + " (expected: "
                    + sha256Expected + ")");
        }
        return in(cache);
    }

    private byte[] content() throws IOException {
        try (@Nullable InputStream in = CachedResource.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("the resource " + resource + " is missing from the class path");
            }
            return in.readAllBytes();
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
