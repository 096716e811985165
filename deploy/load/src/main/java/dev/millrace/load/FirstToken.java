package dev.millrace.load;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * Streams answers one after another and prints when their first token came. Arguments: {@code URL BODY-FILE COUNT}; the first
 * tenth is told apart, since a fresh JVM is slow. The others have a limit: {@code load.p50-ms-max}, see {@link Limit}.
 */
public final class FirstToken {
    private FirstToken() {}

    public static void main(String[] arguments) throws IOException {
        URI url = URI.create(arguments[0]);
        String body = Files.readString(Path.of(arguments[1]));
        int count = Integer.parseInt(arguments[2]);
        long[] nanos = new long[count];
        for (int call = 0; call < count; call++) {
            try (Caller caller = new Caller(url, Map.of(), body)) {
                nanos[call] = caller.firstToken();
            }
        }
        int cold = Math.max(1, count / 10);
        print("first " + cold, Arrays.copyOfRange(nanos, 0, cold));
        long[] warm = Arrays.copyOfRange(nanos, cold, count);
        print("then " + warm.length, warm);
        if (!Limit.kept("load.p50-ms-max", "ms to the first token, p50", warm[warm.length / 2] / 1e6)) {
            System.exit(1);
        }
    }

    private static void print(String which, long[] nanos) {
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "first token, %s streams: p50 %.1f ms  p99 %.1f ms  max %.1f ms%n",
                which,
                nanos[nanos.length / 2] / 1e6,
                nanos[nanos.length * 99 / 100] / 1e6,
                nanos[nanos.length - 1] / 1e6);
    }
}
