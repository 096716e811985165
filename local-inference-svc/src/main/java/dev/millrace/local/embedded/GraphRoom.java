package dev.millrace.local.embedded;

import dev.millrace.local.embedded.ProcessPages.Range;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room in which the engine describes what it computes. For each context it asks the C library for room for 65,536 steps and
 * fills all of it with zeros, 25 MB that stay with the process, while the starter model needs a few hundred steps: the part that
 * is still zero goes back to the system here.
 *
 * <p>The engine builds its largest graph while it loads, and each later one from the beginning of the room. So what it has not
 * written to by then it never does; if it did, it would find zeros, as before.
 */
final class GraphRoom {
    private static final Logger LOG = LoggerFactory.getLogger(GraphRoom.class);
    /** The engine's {@code graph_max_nodes()} for every model of less than 13,107 tensors. */
    private static final long STEPS = 65_536;

    /** How glibc keeps so large a piece: in pages of its own, behind a word and one with their length and this flag. */
    private static final int MAPPED_FLAG = 2;
    /** Three words of its own to each of them. */
    private static final int HEADER_BYTES = 24;
    /** {@code MADV_DONTNEED}: the pages go, and are zeros where they are asked for again. */
    private static final int DROP_ADVICE = 4;

    /** Whatever loads a model holds this, so that no room is looked at while the engine writes to it. */
    private static final ReentrantLock LOADING = new ReentrantLock();

    /** Where the rooms begin that gave before: those of models that answer now. Guarded by the lock. */
    private static final Set<Long> GAVE = new HashSet<>();

    private GraphRoom() {}

    /** Loads a model, and gives back what it will never use of its room. */
    static <T> T spared(Supplier<T> load) {
        LOADING.lock();
        try {
            T model = load.get();
            giveBack();
            return model;
        } finally {
            LOADING.unlock();
        }
    }

    /** Returns the bytes given back: 0 on other systems, and where there is no such room. */
    static long giveBack() {
        if (!"Linux".equals(System.getProperty("os.name"))) {
            return 0;
        }
        LOADING.lock();
        try {
            return orNothing(() -> search((int) call("getpagesize", FunctionDescriptor.of(ValueLayout.JAVA_INT))));
        } finally {
            LOADING.unlock();
        }
    }

    /** A library, a system or rights unlike those known here: a model that has been loaded is worth more than its spare room. */
    static long orNothing(Callable<Long> search) {
        try {
            return search.call();
        } catch (Exception unlike) {
            LOG.atDebug().setCause(unlike).log("the engine's room for graphs stays as large as it is");
            return 0;
        }
    }

    /** Until one gives something. */
    private static long search(int pageBytes) throws IOException {
        long bytes = bytes(pageBytes);
        long given = 0;
        try (ProcessPages pages = ProcessPages.open(pageBytes)) {
            Iterator<Range> allocated = pages.allocated(bytes).iterator();
            while (given == 0 && allocated.hasNext()) {
                for (Range room : rooms(pages, allocated.next(), bytes, pageBytes)) {
                    given += GAVE.contains(room.start()) ? 0 : giveBack(pages, room, pageBytes);
                }
            }
        }
        return given;
    }

    private static List<Range> rooms(ProcessPages pages, Range allocated, long bytes, int pageBytes)
            throws IOException {
        List<Range> rooms = new ArrayList<>();
        BitSet resident = pages.resident(allocated);
        int last = (int) ((allocated.bytes() - bytes) / pageBytes);
        for (int page = resident.nextSetBit(0); page >= 0 && page <= last; page = resident.nextSetBit(page + 1)) {
            long start = allocated.start() + (long) page * pageBytes;
            if (pages.word(start + Long.BYTES) == (bytes | MAPPED_FLAG)) {
                rooms.add(new Range(start, start + bytes));
            }
        }
        return rooms;
    }

    /** The room with its header, as glibc rounds it. */
    private static long bytes(int pageBytes) {
        long step = (long) call("ggml_tensor_overhead", FunctionDescriptor.of(ValueLayout.JAVA_LONG));
        long graph = (long) call(
                "ggml_graph_overhead_custom",
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_BOOLEAN),
                STEPS,
                false);
        long asked = STEPS * step + graph + HEADER_BYTES;
        return (asked + pageBytes - 1) / pageBytes * pageBytes;
    }

    private static long giveBack(ProcessPages pages, Range room, int pageBytes) throws IOException {
        BitSet resident = pages.resident(room);
        int used = resident.length() - 1;
        while (used >= 0 && pages.isZero(room.start() + (long) used * pageBytes)) {
            used = resident.previousSetBit(used - 1);
        }
        Range spare = new Range(room.start() + (used + 1L) * pageBytes, room.end());
        int failed = (int) call(
                "madvise",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT),
                MemorySegment.ofAddress(spare.start()),
                spare.bytes(),
                DROP_ADVICE);
        GAVE.add(room.start());
        return failed == 0 ? (long) resident.get(used + 1, resident.size()).cardinality() * pageBytes : 0;
    }

    // Restricted, as whatever calls native code: which functions these are stands above.
    @SuppressWarnings("restricted")
    private static Object call(String function, FunctionDescriptor form, Object... arguments) {
        Linker linker = Linker.nativeLinker();
        MemorySegment address =
                SymbolLookup.loaderLookup().or(linker.defaultLookup()).findOrThrow(function);
        MethodHandle handle = linker.downcallHandle(address, form);
        try {
            return handle.invokeWithArguments(arguments);
        } catch (Throwable impossible) {
            throw new IllegalStateException(function + " has another form than " + form, impossible);
        }
    }
}
