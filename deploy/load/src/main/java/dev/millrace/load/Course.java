package dev.millrace.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;

/** The rounds of one process, and what counts of them. */
final class Course {
    private static final double STEADY_WITHIN = 0.03;

    private final Target target;
    private final int connections;
    private final int requests;
    private final List<Round> rounds = new ArrayList<>();
    private ThreadTimes threads = ThreadTimes.NONE;

    /** Of so many requests a round, over so many connections. */
    Course(Target target, int connections, int requests) {
        this.target = target;
        this.connections = connections;
        this.requests = requests;
    }

    Target target() {
        return target;
    }

    /** Runs a round and prints it under this title. */
    void run(String title) throws IOException, InterruptedException, ExecutionException {
        ThreadTimes before = ThreadTimes.of(target.pid());
        Round round = Round.run(target, connections, requests);
        threads = threads.plus(ThreadTimes.of(target.pid()).since(before));
        rounds.add(round);
        System.out.printf(Locale.ROOT, "%-10s %s  %s%n", target.name(), title, round);
    }

    /** What was run so far does not count. */
    void forget() {
        rounds.clear();
        threads = ThreadTimes.NONE;
    }

    /** Whether the last two rounds cost nearly the same. */
    boolean isSteady() {
        if (rounds.size() < 2) {
            return false;
        }
        double last = rounds.getLast().cpuMicros();
        double before = rounds.get(rounds.size() - 2).cpuMicros();
        return Math.abs(last - before) < STEADY_WITHIN * before;
    }

    /** CPU time a request; of an even number of rounds, the mean of the middle two. */
    double medianMicros() {
        List<Double> sorted = sorted();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    private List<Double> sorted() {
        return rounds.stream()
                .map(Round::cpuMicros)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    private double kernelShare() {
        long kernel =
                rounds.stream().mapToLong(round -> round.spent().kernelNanos()).sum();
        long total =
                rounds.stream().mapToLong(round -> round.spent().totalNanos()).sum();
        return (double) kernel / total;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-10s median   %6.0f us CPU a request (%.0f to %.0f; %.0f %% of it in the kernel); on average: %s",
                target.name(),
                medianMicros(),
                sorted().getFirst(),
                sorted().getLast(),
                kernelShare() * 100,
                threads.perRequest((long) rounds.size() * requests));
    }
}
