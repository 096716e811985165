package dev.millrace.local.embedded;

import de.kherud.llama.LlamaModel;
import de.kherud.llama.LogLevel;
import de.kherud.llama.args.LogFormat;
import dev.millrace.runtime.CachedResource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the native library, once a process, from the cache folder: its own loader writes to a shared folder for temporary
 * files, where others may put a library of theirs first, and prints on stdout.
 */
final class NativeLlama {
    private static final Logger LOG = LoggerFactory.getLogger(NativeLlama.class);
    private static final String LIBRARY_FOLDER_KEY = "de.kherud.llama.lib.path";
    private static final String TEMPORARY_FOLDER_KEY = "de.kherud.llama.tmpdir";
    /** What the C library says where code may not be run from a file. */
    private static final String UNMAPPABLE = "failed to map segment";

    /** A class that could not be initialized says of itself nothing but that, from the second time on. */
    private static @Nullable String refused;

    private NativeLlama() {}

    /** Loads the library; afterwards models can be opened. What fails is an IOException or a LinkageError. */
    static synchronized void prepare(Path cache) throws IOException {
        if (refused != null) {
            throw new UnsatisfiedLinkError(refused);
        }
        if (System.getProperty(LIBRARY_FOLDER_KEY) != null) {
            LlamaModel.setLogger(LogFormat.TEXT, NativeLlama::log);
            return;
        }
        if (!library().isShipped()) {
            throw new UnsatisfiedLinkError("none is shipped for it");
        }
        Path file = library().in(cache).toAbsolutePath();
        // Its own loader looks there for what earlier starts left behind, and deletes it.
        System.setProperty(TEMPORARY_FOLDER_KEY, cache.toAbsolutePath().toString());
        System.setProperty(LIBRARY_FOLDER_KEY, String.valueOf(file.getParent()));
        try {
            LlamaModel.setLogger(LogFormat.TEXT, NativeLlama::log);
        } catch (UnsatisfiedLinkError failure) {
            String why = refusal(file, failure);
            refused = why;
            throw new UnsatisfiedLinkError(why);
        }
    }

    /** Its own loader tells where it searched, and not why the system did not take what was there. */
    @SuppressWarnings("restricted") // as whatever calls native code
    private static String refusal(Path file, UnsatisfiedLinkError failure) {
        try {
            System.load(file.toString());
            return String.valueOf(failure.getMessage());
        } catch (UnsatisfiedLinkError refusal) {
            String why = String.valueOf(refusal.getMessage());
            return why.contains(UNMAPPABLE)
                    ? why + ": is the home on a file system that is mounted noexec? Then choose another with --home"
                    : why;
        }
    }

    private static CachedResource library() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch", "");
        String folder = processor.equals("amd64") ? "x86_64" : processor;
        if (system.startsWith("mac")) {
            return resource("Mac/" + folder, "libjllama.dylib");
        }
        if (system.startsWith("windows")) {
            return resource("Windows/" + folder, "jllama.dll");
        }
        return resource("Linux/" + folder, "libjllama.so");
    }

    private static CachedResource resource(String folder, String file) {
        return new CachedResource("/de/kherud/llama/" + folder + "/" + file, file);
    }

    /** Only what broke is worth a line; a callback is set in any case, because without one the library prints. */
    private static void log(LogLevel level, String text) {
        if (level == LogLevel.ERROR) {
            LOG.atWarn().addKeyValue("detail", text.strip()).log("the native engine complains");
        }
    }
}
