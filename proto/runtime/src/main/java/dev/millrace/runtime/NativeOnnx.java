package dev.millrace.runtime;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the ONNX runtime where its native libraries lie, unpacked once: its own loader writes them to the shared folder for
 * temporary files at each start, and a process that is killed leaves them there. Two services of one process may both use it.
 */
public final class NativeOnnx {
    private static final Logger LOG = LoggerFactory.getLogger(NativeOnnx.class);
    private static final String KEYS = "onnxruntime.native.";
    /** The second needs the first. */
    private static final List<String> LIBRARIES = List.of("onnxruntime", "onnxruntime4j_jni");

    private NativeOnnx() {}

    /** To be called before the runtime's first use; a place that the operator named stays. */
    public static synchronized void prepare(Path cache) throws IOException {
        if (System.getProperty(KEYS + "path") != null) {
            return;
        }
        for (String library : LIBRARIES) {
            String key = KEYS + library + ".path";
            CachedResource shipped = shipped(System.mapLibraryName(library));
            if (System.getProperty(key) == null && shipped.isShipped()) {
                System.setProperty(key, shipped.in(cache).toString());
            }
        }
    }

    /**
     * To be called after the runtime's first use: it makes a folder even where it has nothing to unpack, tells nobody its name,
     * and removes it only at an orderly exit. Where it will not be found, nothing is lost but tidiness.
     */
    public static void removeEmptyFolder() {
        try {
            Field folder = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("tempDirectory");
            folder.setAccessible(true);
            if (folder.get(null) instanceof Path empty) {
                Files.deleteIfExists(empty);
            }
        } catch (ReflectiveOperationException | IOException stays) {
            LOG.debug("the folder of the ONNX runtime stays", stays);
        }
    }

    private static CachedResource shipped(String fileName) {
        return new CachedResource("/ai/onnxruntime/native/" + system() + "-" + processor() + "/" + fileName, fileName);
    }

    private static String system() {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (name.startsWith("mac")) {
            return "osx";
        }
        return name.startsWith("windows") ? "win" : "linux";
    }

    private static String processor() {
        String name = System.getProperty("os.arch", "");
        return name.equals("amd64") || name.equals("x86_64") ? "x64" : name;
    }
}
