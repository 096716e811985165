package dev.millrace.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;

/**
 * What a request costs each of several processes, side by side: the same requests for all, a round each in turn, so that what
 * disturbs the machine disturbs all of them; nobody asks the others meanwhile.
 *
 * <p>Warm rounds go before and do not count: at least as many as are named, and then until for each process the last two differ
 * by less than 3 %, at most half as many more. Printed are each round, each process's median, where its threads spent it, and
 * the first's share of the second's.
 *
 * <p>Arguments: {@code CONNECTIONS REQUESTS WARM-ROUNDS ROUNDS -- TARGET [-- TARGET …]}, a target as {@link Target#of} reads
 * it. Exit status 1: the first one's median passed {@code load.cpu-us-max}, or its share {@code load.thousandths-max}. With
 * {@code load.profile}, a file, one more round of the first is recorded there, and told by {@link Profile}.
 */
public final class InTurn {
    /** As long as so many rounds is the one that is recorded, so that the rarer methods have samples as well. */
    private static final int RECORDED_ROUNDS = 5;

    private final int connections;
    private final int requests;
    private final List<Course> courses = new ArrayList<>();

    private InTurn(int connections, int requests, List<List<String>> targets) throws IOException {
        this.connections = connections;
        this.requests = requests;
        for (List<String> target : targets) {
            courses.add(new Course(Target.of(target), connections, requests));
        }
    }

    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        List<String> words = Arrays.asList(arguments);
        InTurn turns = new InTurn(Integer.parseInt(words.get(0)), Integer.parseInt(words.get(1)), targets(words));
        turns.warm(Integer.parseInt(words.get(2)));
        turns.measure(Integer.parseInt(words.get(3)));
        boolean good = turns.tell();
        turns.profile();
        System.exit(good ? 0 : 1);
    }

    private static List<List<String>> targets(List<String> words) {
        List<List<String>> targets = new ArrayList<>();
        for (String word : words) {
            if (word.equals("--")) {
                targets.add(new ArrayList<>());
            } else if (!targets.isEmpty()) {
                targets.getLast().add(word);
            }
        }
        return targets;
    }

    private void warm(int least) throws IOException, InterruptedException, ExecutionException {
        int most = least + least / 2;
        for (int number = 1; number <= least || (number <= most && !isSteady()); number++) {
            round("warm " + number + " ");
        }
        if (!isSteady()) {
            System.out.println("note: the last two warm rounds of one differ by three per cent or more");
        }
        courses.forEach(Course::forget);
    }

    private boolean isSteady() {
        return courses.stream().allMatch(Course::isSteady);
    }

    private void measure(int rounds) throws IOException, InterruptedException, ExecutionException {
        for (int number = 1; number <= rounds; number++) {
            round("round " + number);
        }
    }

    private void round(String title) throws IOException, InterruptedException, ExecutionException {
        for (Course course : courses) {
            course.run(title);
        }
    }

    private boolean tell() {
        courses.forEach(System.out::println);
        double ours = courses.getFirst().medianMicros();
        boolean cheap = Limit.kept("load.cpu-us-max", "us CPU a request, median", ours);
        if (courses.size() == 1) {
            return cheap;
        }
        String theirs = courses.get(1).target().name();
        double thousandths = ours * 1000 / courses.get(1).medianMicros();
        System.out.printf(Locale.ROOT, "%-10s share    %6.0f thousandths of %s%n", name(), thousandths, theirs);
        return Limit.kept("load.thousandths-max", "thousandths of " + theirs, thousandths) && cheap;
    }

    private String name() {
        return courses.getFirst().target().name();
    }

    private void profile() throws IOException, InterruptedException, ExecutionException {
        String file = System.getProperty("load.profile", "");
        if (file.isEmpty()) {
            return;
        }
        Target target = courses.getFirst().target();
        Recording recording = Recording.start(target.pid(), file);
        Round round = Round.run(target, connections, requests * RECORDED_ROUNDS);
        System.out.printf(Locale.ROOT, "%-10s recorded %s%n", name(), round);
        Profile.of(recording.stop(), round.requests()).print(System.out);
    }
}
