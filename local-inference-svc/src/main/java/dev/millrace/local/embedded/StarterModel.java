package dev.millrace.local.embedded;

import dev.millrace.runtime.CachedResource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The demonstration model that is shipped, so that a machine with nothing else streams tokens of real inference. */
final class StarterModel {
    private static final String RESOURCE = "/local/models/millrace-starter.gguf";
    private static final String CHECKSUM = RESOURCE + ".sha256";

    private StarterModel() {}

    /** Its file below the cache folder, compared with the checksum that was recorded when it was made. */
    static Path fileIn(Path cache) throws IOException {
        return new CachedResource(RESOURCE, "millrace-starter.gguf").verifiedIn(cache, checksum());
    }

    private static String checksum() throws IOException {
        try (@Nullable InputStream in = StarterModel.class.getResourceAsStream(CHECKSUM)) {
            if (in == null) {
                throw new IOException("the resource " + CHECKSUM + " is missing from the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split("\\s+", 2)[0];
        }
    }
}
