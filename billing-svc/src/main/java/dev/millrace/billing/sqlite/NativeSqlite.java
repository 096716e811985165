package dev.millrace.billing.sqlite;

import dev.millrace.billing.LedgerStartException;
import dev.millrace.runtime.CachedResource;
import java.io.IOException;
import java.nio.file.Path;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Tells the driver where its native library lies, unpacked once: its own loader writes a copy to the shared folder for
 * temporary files at each start, and a process that halts leaves it there.
 */
public final class NativeSqlite {
    private static final String FOLDER_KEY = "org.sqlite.lib.path";

    private NativeSqlite() {}

    /** To be called before the first connection; a folder that the operator named stays. */
    public static synchronized void prepare(Path cache) {
        String name = LibraryLoaderUtil.getNativeLibName();
        CachedResource shipped = new CachedResource(LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name, name);
        if (System.getProperty(FOLDER_KEY) != null || !shipped.isShipped()) {
            return;
        }
        try {
            System.setProperty(FOLDER_KEY, String.valueOf(shipped.in(cache).getParent()));
        } catch (IOException e) {
            throw new LedgerStartException(
                    "the ledger's library cannot be unpacked to " + cache + " (" + e.getMessage()
                            + "). Make room or give this user the right to write there, or choose another home with --home",
                    e);
        }
    }
}
