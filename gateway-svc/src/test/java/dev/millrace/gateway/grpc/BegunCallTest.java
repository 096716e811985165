package dev.millrace.gateway.grpc;

import dev.millrace.gateway.fakes.FakeBackend;
import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.schema.billing.v1.ReserveBudgetRequest;
import dev.millrace.schema.gateway.v1.CreateEmbeddingsRequest;
import io.grpc.Status.Code;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A hold writes down the begin of its call where all who could lose it live in one process, and the relay is told so. */
final class BegunCallTest {

    @Test
    void aHoldBeginsTheCallOfEachAttemptInTheCloud() {
        try (GatewayFixture gateway = GatewayFixture.inProcess()) {
            gateway.cloud.script(
                    "gpt-4.1", FakeBackend.refuse(Code.ABORTED, "PROVIDER_UNAVAILABLE", "it rests", Map.of()));

            gateway.ask(GatewayFixture.prompt("gpt-4.1").build());

            assertThat(gateway.billing.reserved())
                    .extracting(ReserveBudgetRequest::getModel)
                    .containsExactly("gpt-4.1", "claude-sonnet-4.5");
            assertThat(gateway.billing.reserved()).allMatch(ReserveBudgetRequest::getBeginsCall);
            assertThat(gateway.cloud.seen())
                    .hasSize(2)
                    .allMatch(seen -> seen.request().getBegun());
        }
    }

    @Test
    void aPeerInAnotherProcessIsToldOfEveryStart() {
        try (GatewayFixture gateway = GatewayFixture.tcp()) {
            gateway.ask(GatewayFixture.prompt("gpt-4.1").build());

            assertThat(gateway.billing.reserved()).hasSize(1).noneMatch(ReserveBudgetRequest::getBeginsCall);
            assertThat(gateway.cloud.seen())
                    .hasSize(1)
                    .noneMatch(seen -> seen.request().getBegun());
        }
    }

    @Test
    void whereNothingIsHeldNothingIsWrittenDown() {
        try (GatewayFixture gateway = GatewayFixture.inProcess()) {
            gateway.billing.costNothing();

            gateway.ask(GatewayFixture.prompt("gpt-4.1").build());

            assertThat(gateway.cloud.seen())
                    .hasSize(1)
                    .noneMatch(seen -> seen.request().getBegun());
        }
    }

    @Test
    void embeddingsBeginTheirCallsThemselves() {
        try (GatewayFixture gateway = GatewayFixture.inProcess()) {
            var _ = gateway.stub()
                    .createEmbeddings(CreateEmbeddingsRequest.newBuilder()
                            .setModel("cloud")
                            .addInputs("hello")
                            .build());

            assertThat(gateway.billing.reserved()).isNotEmpty().noneMatch(ReserveBudgetRequest::getBeginsCall);
        }
    }
}
