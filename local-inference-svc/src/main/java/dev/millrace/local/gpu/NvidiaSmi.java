package dev.millrace.local.gpu;

import dev.millrace.local.GpuLoad;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Reads what {@code nvidia-smi} tells once a second, a line a GPU: its number, utilisation in percent, used and total memory
 * in MiB. Without that program, without a GPU, or once it has ended, there is no load to tell.
 */
public final class NvidiaSmi implements AutoCloseable {
    private static final List<String> COMMAND = List.of(
            "nvidia-smi",
            "--query-gpu=index,utilization.gpu,memory.used,memory.total",
            "--format=csv,noheader,nounits",
            "--loop=1");
    private static final int COLUMNS = 4;
    private static final int SECONDS = 10;
    private static final int MIB_SHIFT = 20;

    private final Map<Integer, Gpu> gpus = new ConcurrentHashMap<>();
    private final Optional<Process> process;

    private NvidiaSmi(Optional<Process> process) {
        this.process = process;
    }

    /** Begins to watch; it lives until it is closed. */
    public static NvidiaSmi watch() {
        return watch(COMMAND);
    }

    static NvidiaSmi watch(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            NvidiaSmi watching = new NvidiaSmi(Optional.of(process));
            Thread.ofVirtual().name("nvidia-smi").start(() -> watching.read(process));
            return watching;
        } catch (IOException notInstalled) {
            return new NvidiaSmi(Optional.empty());
        }
    }

    private void read(Process process) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take(line);
            }
        } catch (IOException closed) {
            // Nothing more will be told.
        } finally {
            gpus.clear();
        }
    }

    /** A line that is none of ours, such as that no device was found, is passed over. */
    private void take(String line) {
        String[] cells = line.split(",", -1);
        if (cells.length == COLUMNS && isNumber(cells[0]) && isNumber(cells[2]) && isNumber(cells[3])) {
            gpus.merge((int) number(cells[0]), Gpu.first(cells), (before, now) -> before.followedBy(now));
        }
    }

    private static boolean isNumber(String cell) {
        return cell.strip().matches("[0-9]{1,12}");
    }

    private static long number(String cell) {
        return Long.parseLong(cell.strip());
    }

    /** All GPUs together; empty: there is none, or nothing was told yet. */
    public Optional<GpuLoad> load() {
        List<Gpu> all = List.copyOf(gpus.values());
        if (all.isEmpty()) {
            return Optional.empty();
        }
        OptionalDouble utilization = all.stream()
                .flatMap(gpu -> gpu.shares.stream())
                .mapToDouble(Double::doubleValue)
                .average();
        return Optional.of(new GpuLoad(
                utilization,
                all.stream().mapToLong(Gpu::usedMib).sum() << MIB_SHIFT,
                all.stream().mapToLong(Gpu::totalMib).sum() << MIB_SHIFT));
    }

    @Override
    public void close() {
        process.ifPresent(Process::destroy);
    }

    /** One GPU: its last utilisations, 0 to 1, and its memory now. */
    private record Gpu(List<Double> shares, long usedMib, long totalMib) {
        static Gpu first(String[] cells) {
            List<Double> shares = isNumber(cells[1]) ? List.of(number(cells[1]) / 100.0) : List.of();
            return new Gpu(shares, number(cells[2]), number(cells[3]));
        }

        Gpu followedBy(Gpu now) {
            List<Double> both =
                    Stream.concat(shares.stream(), now.shares.stream()).toList();
            return new Gpu(
                    List.copyOf(both.subList(Math.max(0, both.size() - SECONDS), both.size())),
                    now.usedMib,
                    now.totalMib);
        }
    }
}
