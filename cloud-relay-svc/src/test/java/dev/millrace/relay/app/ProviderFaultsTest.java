package dev.millrace.relay.app;

import dev.millrace.rpc.Fault;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.Progress;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.schema.inference.v1.Completed;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.schema.inference.v1.StreamCompletionResponse.EventCase;
import dev.millrace.testing.CloudScript;
import dev.millrace.testing.CloudScript.Kind;
import dev.millrace.testing.FakeCloud;
import dev.millrace.testing.InferenceCall;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What becomes of a call when the provider misbehaves, seen from the gateway. */
final class ProviderFaultsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String STREAM_HEAD = "200 OK\r\nContent-Type: text/event-stream";
    private static final String FIRST = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n";
    private static final String FINISH =
            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

    @TempDir
    Path home;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    private FakeCloud fake() {
        FakeCloud cloud = FakeCloud.start();
        open.add(cloud);
        return cloud;
    }

    private RawCloud raw(RawCloud.Answer answer) {
        RawCloud cloud = new RawCloud(answer);
        open.add(cloud);
        return cloud;
    }

    private RelayUnderTest relay(String base, String model, Map<String, String> more) {
        Map<String, String> keys = new HashMap<>(Map.of(
                "cloud-relay.base-url", base,
                "cloud-relay.model", model,
                "cloud-relay.retry.base", "20ms"));
        keys.putAll(more);
        RelayUnderTest relay = RelayUnderTest.start(home, Map.of(), keys);
        open.add(relay);
        return relay;
    }

    private static InferenceCall run(RelayUnderTest relay, StreamCompletionRequest.Builder request)
            throws InterruptedException {
        return InferenceCall.begin(relay.channel(), request.build(), LONG).finish();
    }

    private InferenceCall run(FakeCloud cloud, String model) throws InterruptedException {
        return run(relay(cloud.base().toString(), model, Map.of()), Prompts.cleared(model));
    }

    private InferenceCall run(RawCloud cloud) throws InterruptedException {
        return run(relay(cloud.base(), "m", Map.of()), Prompts.cleared("m"));
    }

    private static Completed completed(InferenceCall call) {
        assertThat(call.fault()).isEmpty();
        return call.frames().getLast().getCompleted();
    }

    private static Fault fault(InferenceCall call) {
        return call.fault().orElseThrow(() -> new AssertionError("ended well: " + call.kinds()));
    }

    @Test
    void repeatsAfterAFailureAndSaysSoAtOnce() throws Exception {
        String model = CloudScript.model(Kind.FAILS_ONCE, 2);
        FakeCloud cloud = fake();

        InferenceCall call = run(cloud, model);

        assertThat(completed(call).getProviderTries()).isEqualTo(3);
        assertThat(call.text()).isEqualTo(FakeCloud.text(8));
        Progress.Retrying retrying = call.frames().getFirst().getProgress().getRetrying();
        assertThat(retrying.getAttempt()).isEqualTo(2);
        assertThat(retrying.getCause()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(cloud.attempts(model)).hasSize(3);
        assertThat(cloud.attempts(model))
                .extracting(attempt -> attempt.header("x-idempotency-key"))
                .containsOnly(cloud.attempts(model).getFirst().header("x-idempotency-key"));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            GRANTED, BY THE SIDECAR'S ATTEMPT, TRIES
            1,       ,                         1
            2,       ,                         2
            3,       2,                        2
            9,       ,                         3
            """, useHeadersInDisplayName = true)
    void triesOnlyAsOftenAsTheCallerGrants(String granted, @Nullable String sidecarAttempt, int tries)
            throws Exception {
        FakeCloud cloud = fake();
        String model = CloudScript.model(Kind.FAILS);
        RelayUnderTest relay = relay(cloud.base().toString(), model, Map.of());
        Metadata headers = new Metadata();
        headers.put(MetadataKeys.ATTEMPTS_LEFT, granted);
        if (sidecarAttempt != null) {
            headers.put(MetadataKeys.SIDECAR_ATTEMPT, sidecarAttempt);
        }
        Channel granting =
                ClientInterceptors.intercept(relay.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));

        Fault fault = fault(InferenceCall.begin(granting, Prompts.cleared(model).build(), LONG)
                .finish());

        assertThat(fault.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(fault.metadata()).containsEntry("status", "500").containsEntry("tries", Integer.toString(tries));
        assertThat(cloud.attempts(model)).hasSize(tries);
    }

    @Test
    void whatIsNotThereIsAskedOnceAndIsNoSickness() throws Exception {
        FakeCloud cloud = fake();
        RelayUnderTest relay = relay(cloud.base().resolve("/").toString(), "m", Map.of());

        for (int call = 1; call <= 7; call++) {
            Fault fault = fault(run(relay, Prompts.cleared("m")));

            assertThat(fault.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
            assertThat(fault.code()).isEqualTo(Code.ABORTED);
            assertThat(fault.message()).contains("404", "base-url", "it has no path, and most need /v1");
            assertThat(fault.metadata()).containsEntry("tries", "1");
            assertThat(cloud.attempts()).hasSize(call);
        }
    }

    @Test
    void aKeyThatIsNotSetIsNamedByItsVariable() throws Exception {
        Fault fault =
                fault(run(raw(RawCloud.measured("401 Unauthorized", "{\"error\":{\"message\":\"who are you\"}}"))));

        assertThat(fault.reason()).isEqualTo("PROVIDER_KEY_REFUSED");
        assertThat(fault.message())
                .isEqualTo("cloud (127.0.0.1) asks for a key (401) and none is set: set CLOUD_API_KEY and start again"
                        + " (it says: who are you)");
    }

    @Test
    void aProviderWithoutAKeyOfItsOwnIsToldWhereToSetOne() throws Exception {
        RawCloud cloud = raw(RawCloud.measured("401 Unauthorized", "{}"));
        RelayUnderTest relay = relay(
                "",
                "m",
                Map.of(
                        "cloud-relay.providers.acme.base-url",
                        cloud.base(),
                        "cloud-relay.providers.acme.fetch-models",
                        "false"));

        Fault fault = fault(run(relay, Prompts.cleared("m")));

        assertThat(fault.message()).contains("set cloud-relay.providers.acme.key to env:NAME or file:PATH");
    }

    @Test
    void retryAfterOfAYearEndsTheCallAtOnce() throws Exception {
        RawCloud cloud = raw(RawCloud.measured("429 Too Many Requests\r\nRetry-After: 31536000", "{}"));

        Fault fault = fault(run(cloud));

        assertThat(fault.reason()).isEqualTo("PROVIDER_QUOTA_EXHAUSTED");
        assertThat(fault.code()).isEqualTo(Code.ABORTED);
        assertThat(fault.retryDelay()).contains(Duration.ofDays(365));
        assertThat(cloud.calls()).isEqualTo(1);
    }

    @Test
    void callerIsToldAndTheProviderAskedAgainAfterItsOwnPause() throws Exception {
        RawCloud cloud = raw((out, call) -> {
            if (call == 1) {
                RawCloud.measured("429 Too Many Requests\r\nRetry-After-Ms: 400", "{}")
                        .write(out, call);
            } else {
                RawCloud.measured(STREAM_HEAD, FIRST + FINISH).write(out, call);
            }
        });
        long begin = System.nanoTime();

        InferenceCall call = run(cloud);

        assertThat(completed(call).getProviderTries()).isEqualTo(2);
        assertThat(call.frames().getFirst().getProgress().getRetrying().getCause())
                .isEqualTo("PROVIDER_QUOTA_EXHAUSTED");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
    }

    @Test
    void spentQuotaIsNotAskedAgain() throws Exception {
        RawCloud cloud = raw(RawCloud.measured(
                STREAM_HEAD + "\r\nX-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 30s", FIRST + FINISH));
        RelayUnderTest relay = relay(cloud.base(), "m", Map.of());

        completed(run(relay, Prompts.cleared("m")));
        InferenceCall second = run(relay, Prompts.cleared("m"));

        assertThat(fault(second).reason()).isEqualTo("PROVIDER_QUOTA_EXHAUSTED");
        assertThat(fault(second).retryDelay()).isPresent();
        assertThat(second.hadHeaders()).isFalse();
        assertThat(cloud.calls()).isEqualTo(1);
    }

    @Test
    void modelThatKeepsFailingIsLeftAlone() throws Exception {
        FakeCloud cloud = fake();
        String model = CloudScript.model(Kind.FAILS);
        RelayUnderTest relay = relay(
                cloud.base().toString(),
                model,
                Map.of("cloud-relay.breaker.pause", "30s", "cloud-relay.retry.tries-max", "1"));
        for (int i = 0; i < 5; i++) {
            fault(run(relay, Prompts.cleared(model)));
        }

        InferenceCall refused = run(relay, Prompts.cleared(model));

        assertThat(fault(refused).reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(refused.hadHeaders()).isFalse();
        assertThat(cloud.attempts(model)).hasSize(5);
    }

    @Test
    void modelThatHasRecoveredIsUsedAgain() throws Exception {
        FakeCloud cloud = fake();
        String model = CloudScript.model(Kind.FAILS_ONCE, 5);
        RelayUnderTest relay = relay(
                cloud.base().toString(),
                model,
                Map.of("cloud-relay.breaker.pause", "100ms", "cloud-relay.retry.tries-max", "1"));
        for (int i = 0; i < 5; i++) {
            fault(run(relay, Prompts.cleared(model)));
        }

        await().atMost(Duration.ofSeconds(20))
                .until(() -> run(relay, Prompts.cleared(model)).text().equals(FakeCloud.text(8)));

        assertThat(cloud.attempts(model)).hasSizeGreaterThan(5);
    }

    @Test
    void modelWhoseAnswersOutlastThePauseIsUsedAgainAsSoonAsItAnswers() throws Exception {
        int callsMin = 5;
        CountDownLatch finish = new CountDownLatch(1);
        RawCloud cloud = raw((out, call) -> {
            if (call <= callsMin) {
                RawCloud.measured("500 Broken", "{}").write(out, call);
                return;
            }
            out.write(("HTTP/1.1 " + STREAM_HEAD + "\r\n\r\n" + FIRST).getBytes(UTF_8));
            out.flush();
            awaitUninterrupted(finish);
            out.write((FINISH + "data: [DONE]\n\n").getBytes(UTF_8));
            out.flush();
        });
        RelayUnderTest relay = relay(
                cloud.base(),
                "m",
                Map.of(
                        "cloud-relay.breaker.pause",
                        "2s",
                        "cloud-relay.retry.tries-max",
                        "1",
                        "cloud-relay.patience.tail",
                        "100ms"));
        for (int i = 0; i < callsMin; i++) {
            fault(run(relay, Prompts.cleared("m")));
        }

        List<InferenceCall> answering = new ArrayList<>();
        answering.add(await().atMost(LONG)
                .until(() -> begun(relay), call -> call.fault().isEmpty()));
        for (int i = 0; i < callsMin; i++) {
            answering.add(begun(relay).awaitDeltas(1));
        }

        finish.countDown();
        for (InferenceCall call : answering) {
            completed(call.finish());
        }
    }

    /** A call that has shown its first piece, or has failed. */
    private InferenceCall begun(RelayUnderTest relay) throws InterruptedException {
        InferenceCall call =
                InferenceCall.begin(relay.channel(), Prompts.cleared("m").build(), LONG);
        open.add(call);
        while (call.count(EventCase.DELTA) == 0 && call.next().isPresent()) {
            // Kept in its frames.
        }
        return call;
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Every request waits until the breaker's rest is over: what bounds the calls are the rules of retries alone. */
    @Test
    void totalFailureCausesATenthMoreCallsAtMost() throws Exception {
        FakeCloud cloud = fake();
        String model = CloudScript.model(Kind.FAILS);
        RelayUnderTest relay = relay(
                cloud.base().toString(),
                model,
                Map.of("cloud-relay.breaker.pause", "1ms", "cloud-relay.retry.base", "4ms"));
        int requests = 600;
        int reached = 0;

        for (int i = 0; i < requests; i++) {
            int before = cloud.attempts(model).size();
            fault(run(relay, Prompts.cleared(model)));
            reached += cloud.attempts(model).size() > before ? 1 : 0;
            LockSupport.parkNanos(Duration.ofMillis(3).toNanos());
        }

        assertThat(reached).isGreaterThanOrEqualTo(requests * 95 / 100);
        assertThat(cloud.attempts(model).size())
                .as("calls for %d requests that reached the provider", reached)
                .isBetween(reached * 107 / 100, requests * 110 / 100);
    }

    @Test
    void unreachableProviderIsNamedWithItsAddress() throws Exception {
        RawCloud gone = raw(RawCloud.fixed("500", ""));
        String base = gone.base();
        gone.close();

        Fault fault = fault(run(relay(base, "m", Map.of()), Prompts.cleared("m")));

        assertThat(fault.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(fault.metadata())
                .containsEntry("cause", "connection refused")
                .containsEntry("tries", "3");
        assertThat(base).contains(String.valueOf(fault.metadata().get("address")));
    }

    @Test
    void refusedKeyIsExplained() throws Exception {
        FakeCloud cloud = fake();
        for (Kind kind : List.of(Kind.KEY_REFUSED, Kind.KEY_FORBIDDEN)) {
            String model = CloudScript.model(kind);

            Fault fault = fault(run(cloud, model));

            assertThat(fault.reason()).isEqualTo("PROVIDER_KEY_REFUSED");
            assertThat(fault.metadata()).containsEntry("host", "127.0.0.1");
            assertThat(cloud.attempts(model)).hasSize(1);
        }
    }

    @Test
    void pageInsteadOfAnAnswerIsNoAnswer() throws Exception {
        String model = CloudScript.model(Kind.HTML);

        Fault fault = fault(run(fake(), model));

        assertThat(fault.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(fault.message()).contains("text/html", "base-url");
    }

    @Test
    void redirectIsNotFollowed() throws Exception {
        RawCloud target = raw(RawCloud.fixed(STREAM_HEAD, FIRST + FINISH));
        RawCloud cloud = raw(RawCloud.measured("307 Moved\r\nLocation: " + target.base() + "/chat/completions", ""));

        Fault fault = fault(run(cloud));

        assertThat(fault.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(target.calls()).isZero();
    }

    @Test
    void codedAnswerIsRefusedAndNeverUnpacked() throws Exception {
        RawCloud cloud = raw(RawCloud.fixed(STREAM_HEAD + "\r\nContent-Encoding: gzip", "\u001f\u008b"));

        assertThat(fault(run(cloud)).message()).contains("gzip");
    }

    @Test
    void brokenStreamsAreInterruptedAndKeepTheirText() throws Exception {
        for (Kind kind : List.of(Kind.RESETS_AFTER, Kind.INVALID_JSON_AFTER, Kind.ERROR_AFTER)) {
            InferenceCall call = run(fake(), CloudScript.model(kind, 3));

            assertThat(fault(call).reason()).as("%s", kind).isEqualTo("STREAM_INTERRUPTED");
            assertThat(fault(call).metadata()).containsEntry("delivered_deltas", "3");
            assertThat(call.text()).isEqualTo(FakeCloud.text(3));
            assertThat(call.count(EventCase.COMPLETED)).isZero();
        }
    }

    @Test
    void hugeLineIsCutOff() throws Exception {
        Fault fault = fault(run(fake(), CloudScript.model(Kind.HUGE_LINE, 3 << 20)));

        assertThat(fault.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(fault.message()).contains("1048576");
    }

    @Test
    void stalledProviderIsNoticed() throws Exception {
        String model = CloudScript.model(Kind.STALLS_AFTER, 2);
        FakeCloud cloud = fake();
        RelayUnderTest relay =
                relay(cloud.base().toString(), model, Map.of("cloud-relay.patience.between-tokens", "300ms"));

        Fault fault = fault(run(relay, Prompts.cleared(model)));

        assertThat(fault.reason()).isEqualTo("STREAM_INTERRUPTED");
        assertThat(fault.message()).contains("silent for 300 ms");
        await().until(() -> cloud.open() == 0);
    }

    @Test
    void silentProviderIsNoticedAndNotAskedTwice() throws Exception {
        String model = CloudScript.model(Kind.SILENT);
        FakeCloud cloud = fake();
        RelayUnderTest relay =
                relay(cloud.base().toString(), model, Map.of("cloud-relay.patience.first-token", "300ms"));

        Fault fault = fault(run(relay, Prompts.cleared(model)));

        assertThat(fault.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(fault.message()).contains("before the first token");
        assertThat(cloud.attempts(model)).hasSize(1);
    }

    @Test
    void silenceThatOnlyThisCallerDoesNotOutwaitSaysNothingOfTheProvider() throws Exception {
        String model = CloudScript.model(Kind.SILENT);
        FakeCloud cloud = fake();
        RelayUnderTest relay = relay(cloud.base().toString(), model, Map.of());
        int calls = 7;

        for (int i = 0; i < calls; i++) {
            Fault fault = fault(run(relay, impatient(model, Duration.ofMillis(50), false)));

            assertThat(fault.reason()).isEqualTo("FIRST_TOKEN_TOO_LATE");
            assertThat(fault.code()).isEqualTo(Code.ABORTED);
            assertThat(fault.message()).contains("silent for 50 ms before the first token");
            assertThat(fault.metadata()).containsEntry("tries", "1");
        }

        assertThat(cloud.attempts(model)).hasSize(calls);
        await().until(() -> cloud.open() == 0);
    }

    @Test
    void silenceThatNoCallerOutwaitsCountsAgainstTheProvider() throws Exception {
        String model = CloudScript.model(Kind.SILENT);
        FakeCloud cloud = fake();
        RelayUnderTest relay = relay(cloud.base().toString(), model, Map.of("cloud-relay.breaker.pause", "30s"));
        for (int i = 0; i < 5; i++) {
            assertThat(fault(run(relay, impatient(model, Duration.ofMillis(50), true)))
                            .reason())
                    .isEqualTo("FIRST_TOKEN_TOO_LATE");
        }

        InferenceCall refused = run(relay, impatient(model, Duration.ofMillis(50), true));

        assertThat(fault(refused).reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(refused.hadHeaders()).isFalse();
        assertThat(cloud.attempts(model)).hasSize(5);
    }

    @Test
    void answerThatBeginsWithinItsCallersLimitMayTakeLonger() throws Exception {
        String model = CloudScript.model(Kind.SLOW_WORDS, 50);
        RelayUnderTest relay = relay(fake().base().toString(), model, Map.of());

        InferenceCall call =
                run(relay, impatient(model, Duration.ofMillis(400), true).setOutputTokenLimit(20));

        assertThat(completed(call).getChoiceEnds(0).getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
    }

    private static StreamCompletionRequest.Builder impatient(String model, Duration limit, boolean longest) {
        return Prompts.cleared(model)
                .setFirstTokenLimit(com.google.protobuf.Duration.newBuilder().setNanos((int) limit.toNanos()))
                .setFirstTokenLimitLongest(longest);
    }

    @Test
    void endMarkWithoutAFinishReasonIsNoWholeAnswer() throws Exception {
        String chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half an ans\"}}]}\n\n";
        RawCloud cloud = raw(RawCloud.fixed(STREAM_HEAD, chunk + "data: [DONE]\n\n"));

        InferenceCall call = run(cloud);

        assertThat(call.text()).isEqualTo("half an ans");
        assertThat(fault(call).code()).isEqualTo(Code.ABORTED);
    }

    @Test
    void finishedAnswerIsWholeWithoutItsEndMark() throws Exception {
        RawCloud open = raw((out, call) -> {
            out.write(("HTTP/1.1 " + STREAM_HEAD + "\r\n\r\n" + FIRST + FINISH).getBytes(UTF_8));
            out.flush();
        });
        RelayUnderTest relay = relay(open.base(), "m", Map.of("cloud-relay.patience.tail", "300ms"));
        long begin = System.nanoTime();

        InferenceCall call = run(relay, Prompts.cleared("m"));

        assertThat(call.text()).isEqualTo("Hello");
        assertThat(completed(call).getChoiceEnds(0).getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void usageThatNobodyReportsIsCounted() throws Exception {
        InferenceCall call = run(fake(), CloudScript.model(Kind.NO_USAGE, 8));

        var usage = completed(call).getUsage();
        assertThat(usage.getProvenance()).isEqualTo(UsageProvenance.USAGE_PROVENANCE_COUNTED);
        assertThat(usage.getInputTokens()).isEqualTo(5);
        assertThat(usage.getOutputTokens()).isBetween(8L, 40L);
    }

    @Test
    void limitThatTheProviderIgnoresIsEnforced() throws Exception {
        RawCloud cloud = raw((out, call) -> {
            out.write(("HTTP/1.1 " + STREAM_HEAD + "\r\n\r\n").getBytes(UTF_8));
            for (int i = 0; i < 1_000; i++) {
                out.write(FIRST.getBytes(UTF_8));
                out.flush();
            }
        });

        InferenceCall call =
                run(relay(cloud.base(), "m", Map.of()), Prompts.cleared("m").setOutputTokenLimit(5));

        assertThat(call.text()).isEqualTo("Hello".repeat(5));
        assertThat(completed(call).getChoiceEnds(0).getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
        assertThat(completed(call).getChoiceEnds(0).getLengthCause()).isEqualTo(LengthCause.LENGTH_CAUSE_BUDGET);
        assertThat(cloud.callerGone().await(2, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void answersThatNobodyAskedForAreMalformed() throws Exception {
        for (String index : List.of("2147483647", "1")) {
            RawCloud cloud = raw(RawCloud.fixed(STREAM_HEAD, FIRST.replace("\"index\":0", "\"index\":" + index)));

            Fault fault = fault(run(cloud));

            assertThat(fault.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
            assertThat(fault.message()).contains("an answer number " + index + " (expected: 0 to 0)");
        }
    }

    @Test
    void whatHoldsNoTokensAndHasNoEndIsCutByItsBytes() throws Exception {
        String id = "x".repeat(1_000);
        String nothing = "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"" + id
                + "\"}]}}]}\n\n";
        RawCloud cloud = raw(endless(nothing));

        InferenceCall call =
                run(relay(cloud.base(), "m", Map.of()), Prompts.cleared("m").setOutputTokenLimit(100));

        assertThat(completed(call).getChoiceEnds(0).getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
        assertThat(call.frames()).hasSizeBetween(900, 1_200);
        assertThat(cloud.callerGone().await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void logprobsThatNobodyAskedForAreLeftOutAndHaveAnEnd() throws Exception {
        String logprobs = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":{\"content\":[\""
                + "x".repeat(1_000) + "\"]}}]}\n\n";
        RawCloud cloud = raw(endless(logprobs));

        InferenceCall call =
                run(relay(cloud.base(), "m", Map.of()), Prompts.cleared("m").setOutputTokenLimit(100));

        assertThat(completed(call).getChoiceEnds(0).getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
        assertThat(call.count(EventCase.DELTA)).isZero();
        assertThat(cloud.callerGone().await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void logprobsThatWereAskedForPass() throws Exception {
        String chunk = FIRST.replace("\"delta\"", "\"logprobs\":{\"content\":[]},\"delta\"");
        RawCloud cloud = raw(RawCloud.fixed(STREAM_HEAD, chunk + FINISH));

        InferenceCall without = run(cloud);
        InferenceCall with = run(
                relay(cloud.base(), "m", Map.of()), Prompts.cleared("m").setExtraParametersJson("{\"logprobs\":true}"));

        assertThat(without.text()).isEqualTo("Hello");
        assertThat(logprobs(without)).isEmpty();
        assertThat(logprobs(with)).isEqualTo("{\"content\":[]}");
    }

    private static String logprobs(InferenceCall call) {
        completed(call);
        return call.frames().stream()
                .map(frame -> frame.getDelta().getLogprobsJson())
                .reduce("", String::concat);
    }

    /** Says the same until the caller has gone. */
    private static RawCloud.Answer endless(String event) {
        return (out, call) -> {
            out.write(("HTTP/1.1 " + STREAM_HEAD + "\r\n\r\n").getBytes(UTF_8));
            while (true) {
                out.write(event.getBytes(UTF_8));
                out.flush();
            }
        };
    }

    @Test
    void halfAReportIsFilledWithTheEstimate() throws Exception {
        RawCloud cloud = raw(RawCloud.fixed(
                STREAM_HEAD, FIRST + FINISH + "data: {\"choices\":[],\"usage\":{\"completion_tokens\":7}}\n\n"));

        var usage = completed(run(cloud)).getUsage();

        assertThat(usage.getInputTokens()).isEqualTo(5);
        assertThat(usage.getOutputTokens()).isEqualTo(7);
        assertThat(usage.getProvenance()).isEqualTo(UsageProvenance.USAGE_PROVENANCE_ESTIMATED);
    }

    @Test
    void unknownFinishWordIsPassedOnAndNotGuessedAt() throws Exception {
        RawCloud cloud = raw(RawCloud.fixed(STREAM_HEAD, FIRST + FINISH.replace("stop", "tired")));

        var end = completed(run(cloud)).getChoiceEnds(0);

        assertThat(end.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_UNSPECIFIED);
        assertThat(end.getBackendFinishReason()).isEqualTo("tired");
    }

    @Test
    void clearanceBesideTheMessageMustBeTheSame() throws Exception {
        RawCloud cloud = raw(RawCloud.fixed(STREAM_HEAD, FIRST + FINISH));
        RelayUnderTest relay = relay(cloud.base(), "m", Map.of());
        var stub = dev.millrace.schema.inference.v1.InferenceServiceGrpc.newBlockingStub(relay.channel());
        var frames = stub.streamCompletion(Prompts.cleared("m").build());

        org.assertj.core.api.Assertions.assertThatThrownBy(frames::hasNext)
                .satisfies(failure -> assertThat(Fault.of(failure).reason()).isEqualTo("CLEARANCE_REQUIRED"));

        assertThat(cloud.calls()).isZero();
    }

    @Test
    void callerIsGoneFromTheProviderSoon() throws Exception {
        List<Long> millis = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            RawCloud cloud = raw((out, call) -> {
                out.write(("HTTP/1.1 " + STREAM_HEAD + "\r\n\r\n" + FIRST).getBytes(UTF_8));
                out.flush();
            });
            RelayUnderTest relay = relay(cloud.base(), "m", Map.of());
            try (InferenceCall call = InferenceCall.begin(
                            relay.channel(), Prompts.cleared("m").build(), LONG)
                    .awaitDeltas(1)) {
                long begin = System.nanoTime();
                call.cancel();
                assertThat(cloud.callerGone().await(10, TimeUnit.SECONDS)).isTrue();
                millis.add((System.nanoTime() - begin) / 1_000_000);
            }
        }

        assertThat(millis.stream().sorted().toList().get(5)).as("%s", millis).isLessThan(1_000);
    }

    @Test
    void connectionIsUsedAgain() throws IOException, InterruptedException {
        FakeCloud cloud = fake();
        String model = CloudScript.model(Kind.WORDS, 3);
        RelayUnderTest relay = relay(cloud.base().toString(), model, Map.of());

        for (int i = 0; i < 3; i++) {
            assertThat(run(relay, Prompts.cleared(model)).text()).isEqualTo(FakeCloud.text(3));
        }

        assertThat(cloud.attempts(model)).hasSize(3);
    }
}
