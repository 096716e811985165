package dev.millrace.load;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A process that answers requests, and the request that it is sent.
 *
 * @param pid of the process whose CPU time counts
 * @param body what is sent; eight {@code #} in it become another number each time, see {@link Caller}
 */
record Target(String name, long pid, URI url, String body, Map<String, String> headers) {

    /** As the command line names it: {@code NAME PID URL BODY-FILE [header=value …]}. */
    static Target of(List<String> words) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        words.stream().skip(4).map(word -> word.split("=", 2)).forEach(pair -> headers.put(pair[0], pair[1]));
        return new Target(
                words.get(0),
                Long.parseLong(words.get(1)),
                URI.create(words.get(2)),
                Files.readString(Path.of(words.get(3))),
                headers);
    }
}
