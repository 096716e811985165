package dev.millrace.classifier.sensitivity;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;

/** Measures how much of the processor's time 3 MiB take on this machine; run by hand, because a busy machine would fail an assertion. */
final class ScanTiming {

    private static final int LARGE_CHARS = 3 << 20;
    private static final int ROUNDS = 7;
    /** Time of the processor, because other work on the machine is none of the scan's. */
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private ScanTiming() {}

    /** Prints the fastest and the median of some runs for each text, cold code first warmed by all of them. */
    public static void main(String[] arguments) {
        LinearScanner scanner = new LinearScanner();
        for (SlowText text : SlowText.all()) {
            for (int round = 0; round < 3; round++) {
                scanner.scan(List.of(text.ofLength(LARGE_CHARS / 8)));
            }
        }
        double worst = 0;
        for (SlowText text : SlowText.all()) {
            double median = measure(scanner, text);
            worst = Math.max(worst, median);
        }
        System.out.printf("worst median %.0f ms%n", worst);
    }

    private static double measure(LinearScanner scanner, SlowText text) {
        List<String> large = List.of(text.ofLength(LARGE_CHARS));
        double[] millis = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long begin = CLOCK.getCurrentThreadCpuTime();
            scanner.scan(large);
            millis[round] = (CLOCK.getCurrentThreadCpuTime() - begin) / 1e6;
        }
        Arrays.sort(millis);
        System.out.printf("%-28s fastest %4.0f ms  median %4.0f ms%n", text.name(), millis[0], millis[ROUNDS / 2]);
        return millis[ROUNDS / 2];
    }
}
