package dev.millrace.relay.app;

import dev.millrace.rpc.Fault;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.schema.completion.v1.Progress;
import dev.millrace.testing.CloudScript;
import dev.millrace.testing.CloudScript.Kind;
import dev.millrace.testing.FakeCloud;
import dev.millrace.testing.InferenceCall;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** How often a provider is asked again, when, and what the caller hears of it meanwhile. */
final class ProviderRetriesTest extends ProviderFaults {
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
}
