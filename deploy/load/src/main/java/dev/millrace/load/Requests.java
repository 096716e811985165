package dev.millrace.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;

/**
 * Sends requests in a closed loop and prints, round by round, what each cost the process that answered: CPU time a request,
 * requests a second, latency. Arguments: {@code NAME PID URL BODY-FILE CONNECTIONS REQUESTS ROUNDS [header=value …]}.
 * Exit status 1: the last round passed the limit {@code load.cpu-us-max} or {@code load.p50-ms-max}.
 */
public final class Requests {
    private static final int TARGET_WORDS = 4;

    private Requests() {}

    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        int connections = Integer.parseInt(arguments[TARGET_WORDS]);
        int requests = Integer.parseInt(arguments[TARGET_WORDS + 1]);
        int rounds = Integer.parseInt(arguments[TARGET_WORDS + 2]);
        List<String> words = new ArrayList<>(Arrays.asList(arguments));
        words.subList(TARGET_WORDS, TARGET_WORDS + 3).clear();
        Target target = Target.of(words);
        boolean good = true;
        for (int number = 1; number <= rounds; number++) {
            Round round = Round.run(target, connections, requests);
            System.out.printf(Locale.ROOT, "%-10s round %d  %s%n", target.name(), number, round);
            if (number == rounds) {
                boolean cheap = Limit.kept("load.cpu-us-max", "us CPU a request", round.cpuMicros());
                boolean quick = Limit.kept("load.p50-ms-max", "ms a request, p50", round.p50Millis());
                good = cheap && quick;
            }
        }
        System.exit(good ? 0 : 1);
    }
}
