package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

final class TraceTextTest {
    private static final String TURN = "0197c2e4-1111-7000-8000-000000000001";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @TempDir
    Path folder;

    @Test
    void stepsStandBelowThoseTheyBelongToWithTheirTimes() throws IOException {
        write(
                "gateway.jsonl",
                line("gateway", "aa", "ff", "POST /v1/chat/completions", 0, 20_000_000, tag("millrace.turn", TURN)),
                line("gateway", "bb", "aa", "chat gpt-4.1", 2_000_000, 19_000_000, tag("millrace.target", "cloud")),
                line("gateway", "zz", "", "of another trace", 0, 1).replace(TRACE, "1".repeat(32)),
                "{\"cut in the midd");
        write(
                "cloud-relay.jsonl",
                line(
                                "cloud-relay",
                                "cc",
                                "bb",
                                "millrace.inference.v1.InferenceService/StreamCompletion",
                                3_500_000,
                                18_000_000,
                                tag("error.type", "PROVIDER_UNAVAILABLE"))
                        .replace("\"status\":{}", "\"status\":{\"code\":2}"));

        List<Span> spans = new SpanFolder(folder).trace(TURN.substring(0, 18));

        assertThat(TraceText.of(spans).lines())
                .containsExactly(
                        "turn " + TURN + "   trace " + TRACE + "   3 steps in 2 services, 20.0 ms",
                        "AT ms  TOOK ms  SERVICE      STEP",
                        "  0.0     20.0  gateway      POST /v1/chat/completions",
                        "  2.0     17.0  gateway        chat gpt-4.1   cloud",
                        "  3.5     14.5  cloud-relay      InferenceService/StreamCompletion   FAILED PROVIDER_UNAVAILABLE");
    }

    @Test
    void whatTheServiceAndTheCollectorBothWroteIsOneStep() throws IOException {
        String line = line("gateway", "aa", "", "turn", 0, 1_000_000, tag("millrace.turn", TURN));
        write("gateway.jsonl", line);
        write("collector.jsonl", line);

        assertThat(new SpanFolder(folder).trace(TRACE)).hasSize(1);
    }

    @Test
    void aTurnThatNobodyTracedHasNoSteps() throws IOException {
        write("gateway.jsonl", line("gateway", "aa", "", "turn", 0, 1_000_000, tag("millrace.turn", TURN)));

        assertThat(new SpanFolder(folder).trace("0197c2e4-2222")).isEmpty();
    }

    private void write(String name, String... lines) throws IOException {
        Files.write(folder.resolve(name), List.of(lines));
    }

    private static String tag(String key, String value) {
        return "{\"key\":\"" + key + "\",\"value\":{\"stringValue\":\"" + value + "\"}}";
    }

    private static String line(
            String service, String id, String parent, String name, long start, long end, String... tags) {
        return "{\"resourceSpans\":[{\"resource\":{\"attributes\":[" + tag("service.name", service)
                + "]},\"scopeSpans\":[{\"spans\":[{\"traceId\":\"" + TRACE + "\",\"spanId\":\"" + id
                + "\",\"parentSpanId\":\"" + parent + "\",\"name\":\"" + name + "\",\"startTimeUnixNano\":\"" + start
                + "\",\"endTimeUnixNano\":\"" + end + "\",\"attributes\":[" + String.join(",", tags)
                + "],\"status\":{}}]}]}]}";
    }
}
