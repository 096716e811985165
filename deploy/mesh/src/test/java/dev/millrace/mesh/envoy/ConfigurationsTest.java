package dev.millrace.mesh.envoy;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.Instance;
import dev.millrace.mesh.MeshPrograms;
import dev.millrace.mesh.command.MeshUp;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.policy.PolicyFile;
import dev.millrace.runtime.Home;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class ConfigurationsTest {
    private final Policy policy = MeshUp.shippedPolicy();

    @TempDir
    Path home;

    private Folders folders;
    private Configurations configurations;

    @BeforeEach
    void render() {
        folders = new Folders(new Home(home));
        configurations = new Configurations(policy, folders, Optional.of(URI.create("http://127.0.0.1:4317")));
    }

    @Test
    void isWhatEnvoyAccepts() throws Exception {
        Path envoy = MeshPrograms.required("envoy", ConfigurationsTest.class);
        SidecarFiles.make(folders);

        for (Map.Entry<String, String> each : all().entrySet()) {
            Path file = Files.writeString(home.resolve(each.getKey() + ".yaml"), each.getValue());
            SidecarFiles.requireAccepted(envoy, file);
        }
    }

    @Test
    void saysOfEachPeerWhatThePolicySaysOfIt() throws Exception {
        String text = Files.readString(Path.of("policy.yaml"))
                .replace("  classifier:\n    calls: {deadline: 30s}\n", """
                        classifier:
                          connections: {connect-within: 250ms, request-buffer: 2 MiB, buffer: 512 KiB, idle-at-most: 5m, stream-window: 128 KiB}
                          breakers: {connections: 11, pending: 12, requests: 13, retries-percent: 14, retries-min: 15}
                          ejection: {failures: 21, gateway-failures: 22, unreachable: 23, looked-at-every: 4s, at-least: 5s, at-most: 6s,
                            percent-max: 27}
                          retries: {tries: 1, pause-min: 31ms, pause-max: 32ms}
                          calls: {deadline: 33s, silent-at-most: 34s}
                        """.indent(2));
        configurations = new Configurations(PolicyFile.parse("own", text), folders, Optional.empty());
        Rendered gateway = new Rendered(sidecar("gateway"));

        assertThat(gateway.cluster("classifier"))
                .contains("connect_timeout=0.250s")
                .contains("per_connection_buffer_limit_bytes=2097152")
                .contains("initial_stream_window_size=131072")
                .contains("max_connections=11, max_pending_requests=12, max_requests=13")
                .contains("budget_percent={value=14}, min_retry_concurrency=15")
                .contains("consecutive_5xx=21, consecutive_gateway_failure=22")
                .contains("consecutive_local_origin_failure=23")
                .contains("interval=4s, base_ejection_time=5s, max_ejection_time=6s, max_ejection_percent=27");
        assertThat(gateway.route("classifier", "millrace.classifier.v1."))
                .contains("num_retries=1")
                .contains("base_interval=0.031s, max_interval=0.032s")
                .contains("max_stream_duration=33s")
                .contains("idle_timeout=34s");
        assertThat(gateway.host("classifier")).contains("request_body_buffer_limit=2097152");
        assertThat(gateway.listener("egress"))
                .as("where all calls begin, for the largest of all peers")
                .contains("per_connection_buffer_limit_bytes=8388608");
        assertThat(new Rendered(sidecar("classifier")).listener("ingress"))
                .contains("per_connection_buffer_limit_bytes=524288")
                .contains("idle_timeout=300s")
                .contains("initial_stream_window_size=131072");
        assertThat(gateway.cluster("billing"))
                .as("what the others have")
                .contains("connect_timeout=0.500s")
                .contains("max_connections=1024")
                .contains("consecutive_5xx=5, consecutive_gateway_failure=3");
    }

    @Test
    void treatsNodesAndRelaysAsWhatTheyAre() {
        Rendered gateway = new Rendered(sidecar("gateway"));

        assertThat(gateway.cluster("local-inference"))
                .as("a prompt that moves away from a full node counts until another takes it")
                .contains("budget_percent={value=50}")
                .contains("max_ejection_time=10s, max_ejection_percent=50");
        assertThat(gateway.cluster("cloud-relay"))
                .contains("max_pending_requests=512, max_requests=1024")
                .contains("consecutive_5xx=10");
        assertThat(gateway.cluster("billing")).contains("per_connection_buffer_limit_bytes=1048576");
    }

    @Test
    void eachSidecarTellsByWhichPolicyItGoes() throws Exception {
        String text = Files.readString(Path.of("policy.yaml")).replaceFirst("(?m)^version: .*$", "version: ours-7");
        configurations = new Configurations(PolicyFile.parse("own", text), folders, Optional.empty());

        assertThat(all().values()).allMatch(sidecar -> sidecar.contains("  metadata:\n    policy: ours-7\n"));
    }

    /** Envoy leaves one more alone while those left alone, and it, are at most this part of all. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void leavesOneOfAFewAlone(int instances) {
        Rendered gateway = new Rendered(sidecar("gateway"));

        for (String peer : policy.peersOf("gateway")) {
            Matcher percent = Pattern.compile("max_ejection_percent=([0-9]+)").matcher(gateway.cluster(peer));
            assertThat(percent.find()).isTrue();
            assertThat(100.0 / instances)
                    .as("one of " + instances + " of " + peer + ", in per cent of them")
                    .isLessThanOrEqualTo(Integer.parseInt(percent.group(1)));
        }
    }

    @Test
    void asksForClearanceOnTheWayToTheCloudAlone() {
        assertThat(sidecar("cloud-relay")).contains("x-millrace-clearance").contains("safe_regex");
        assertThat(sidecar("local-inference")).doesNotContain("x-millrace-clearance");
    }

    @Test
    void tellsALostCallFromOneThatWasNeverBegun() {
        assertThat(sidecar("classifier"))
                .as("whoever is called")
                .contains("key: x-millrace-lost")
                .contains("key: x-millrace-unreached");
        assertThat(sidecar("gateway"))
                .as("whoever calls")
                .contains("name: x-millrace-lost")
                .doesNotContainPattern("retry_on: .*,lost");
    }

    @Test
    void provesEachCallerAndPeerByName() {
        assertThat(sidecar("billing"))
                .contains("require_client_certificate: true")
                .contains("exact: spiffe://millrace/gateway")
                .contains("exact: /millrace.billing.v1.BillingService/RecordAttempt");
        assertThat(sidecar("classifier")).doesNotContain("spiffe://millrace/cloud-relay");
    }

    /** A stream that Envoy cut by a route's clock would be INTERNAL, and its deadline another on the way. */
    @Test
    void cutsNoStreamByTheClockOfARoute() {
        Rendered gateway = new Rendered(sidecar("gateway"));
        Rendered edge = new Rendered(configurations.edge(new EdgePorts(9090, 8080)));

        assertThat(List.of(
                        gateway.route("local-inference", "millrace.inference.v1.InferenceService/StreamCompletion"),
                        gateway.route("local-inference", "millrace.inference.v1.ModelService/"),
                        gateway.route("cloud-relay", "millrace.inference.v1.InferenceService/StreamCompletion"),
                        gateway.route("billing", "millrace.billing.v1.KeyService/WatchRevocations"),
                        edge.route("gateway", "millrace."),
                        edge.route("gateway", "")))
                .allSatisfy(stream -> assertThat(stream)
                        .contains("idle_timeout=600s")
                        .doesNotContain("max_stream_duration", "grpc_timeout_header"));
        assertThat(gateway.listener("egress")).contains("max_stream_duration=600s");
        assertThat(new Rendered(sidecar("local-inference")).listener("ingress")).contains("max_stream_duration=600s");
        assertThat(sidecar("gateway")).doesNotContainPattern("\\n\\s+timeout: [1-9]+s\\n\\s+idle_timeout");
    }

    @Test
    void givesEachUnaryCallItsCeilingAndLeavesAShorterDeadlineAsItIs() {
        Rendered gateway = new Rendered(sidecar("gateway"));

        assertThat(gateway.route("classifier", "millrace.classifier.v1."))
                .contains("max_stream_duration={max_stream_duration=30s, grpc_timeout_header_max=30s}");
        assertThat(gateway.route("billing", "millrace.billing.v1."))
                .contains("max_stream_duration={max_stream_duration=15s, grpc_timeout_header_max=15s}");
        assertThat(gateway.route("billing", "millrace.billing.v1.UsageService/"))
                .contains("max_stream_duration={max_stream_duration=120s, grpc_timeout_header_max=120s}");
        assertThat(new Rendered(configurations.edge(new EdgePorts(9090, 8080)))
                        .route("gateway", "millrace.classifier.v1."))
                .as("longer than behind the door")
                .contains("max_stream_duration={max_stream_duration=60s, grpc_timeout_header_max=60s}");
    }

    /** The doors on the way would end it. */
    @Test
    void letsALongerCallThanTheDefaultThroughEachDoor() throws Exception {
        String text = Files.readString(Path.of("policy.yaml"))
                .replace(
                        "InferenceService/StreamCompletion, retry: elsewhere}",
                        "InferenceService/StreamCompletion, retry: elsewhere, deadline: 30m, silent-at-most: 2m}");
        configurations = new Configurations(PolicyFile.parse("own", text), folders, Optional.empty());

        assertThat(new Rendered(sidecar("local-inference")).listener("ingress")).contains("max_stream_duration=1800s");
        Rendered gateway = new Rendered(sidecar("gateway"));
        assertThat(gateway.listener("egress"))
                .contains("common_http_protocol_options={idle_timeout=3600s, max_stream_duration=1800s}");
        assertThat(gateway.route("local-inference", "millrace.inference.v1.InferenceService/StreamCompletion"))
                .contains("idle_timeout=120s")
                .doesNotContain("max_stream_duration");
        assertThat(gateway.route("cloud-relay", "millrace.inference.v1.InferenceService/StreamCompletion"))
                .contains("max_stream_duration=600s");
    }

    @Test
    void beginsTracesAtTheOuterDoorAlone() {
        assertThat(configurations.edge(new EdgePorts(9090, 8080)))
                .contains("numerator: 100000")
                .contains("denominator: MILLION")
                .contains("service_name: edge");
        assertThat(sidecar("billing")).contains("numerator: 0").contains("service_name: billing-sidecar");
    }

    @ParameterizedTest
    @CsvSource({"0 %, 0", "12.5 %, 125000", "25 %, 250000", "100 %, 1000000"})
    void beginsAsManyTracesAsThePolicySays(String share, int millionths) throws Exception {
        String shipped = Files.readString(Path.of("policy.yaml"));
        Policy some = PolicyFile.parse("policy.yaml", shipped.replace("of-new: 10 %", "of-new: " + share));
        Configurations said = new Configurations(some, folders, Optional.of(URI.create("http://127.0.0.1:4317")));

        // Both of the door's ports; further in none is begun, whatever the share.
        assertThat(numerators(said.edge(new EdgePorts(9090, 8080)))).containsExactly(millionths, millionths);
        assertThat(numerators(said.sidecar(new Instance("gateway", 1, 7510)))).containsOnly(0);
    }

    private static List<Integer> numerators(String configuration) {
        return Pattern.compile("numerator: ([0-9]+)\\n\\s+denominator: MILLION")
                .matcher(configuration)
                .results()
                .map(each -> Integer.valueOf(each.group(1)))
                .toList();
    }

    @Test
    void knowsNoCollectorWhereThereIsNone() {
        String untraced =
                new Configurations(policy, folders, Optional.empty()).sidecar(new Instance("billing", 1, 7510));

        assertThat(untraced).doesNotContain("collector").doesNotContain("opentelemetry");
    }

    private String sidecar(String service) {
        return configurations.sidecar(new Instance(service, 1, 7510));
    }

    private Map<String, String> all() {
        Map<String, String> all = new TreeMap<>();
        policy.services().keySet().forEach(service -> all.put(service, sidecar(service)));
        all.put("edge", configurations.edge(new EdgePorts(9090, 8080)));
        return all;
    }
}
