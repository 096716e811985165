package dev.millrace.cli;

import dev.millrace.cli.ServiceState.Condition;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

final class MeshReportTest {
    private static final ServiceState BILLING = new ServiceState("billing", true, "no limit");
    private static final ServiceState LOCAL = new ServiceState("local-inference", true, "2 of 2 models can be used");

    private final FakeMesh mesh = new FakeMesh().process("consul", "running").process("consul-template", "running");

    @Test
    void answersStandAsTheyAreWhereThereIsNoMesh() {
        assertThat(MeshReport.with(List.of(BILLING, LOCAL), connection(new FakeMesh())))
                .containsExactly(BILLING, LOCAL);
    }

    @Test
    void aServiceOfWhichNoInstancePassesFailsWhateverTheGatewayRemembers() {
        mesh.process("billing-1", "passing").process("billing-2", "passing").process("local-inference-1", "critical");

        assertThat(report(BILLING, LOCAL))
                .containsExactly(
                        new ServiceState("billing", Condition.HEALTHY, "no limit; 2 of 2 instances pass"),
                        new ServiceState(
                                "local-inference",
                                Condition.FAILING,
                                "0 of 1 instances pass: local-inference-1 is critical, see `millrace ps`;"
                                        + " last answer: 2 of 2 models can be used"));
    }

    @Test
    void aServiceOfWhichSomeInstancesPassIsDegraded() {
        mesh.process("billing-1", "passing").process("billing-2", "ended, starts again");

        assertThat(report(BILLING))
                .containsExactly(new ServiceState(
                        "billing",
                        Condition.DEGRADED,
                        "1 of 2 instances pass: billing-2 is ended, starts again, see `millrace ps`;"
                                + " last answer: no limit"));
    }

    @Test
    void whatSeveralSidecarsSayStandsThereOnce() {
        mesh.process("billing-1", "sidecar: its certificate expired")
                .process("billing-2", "sidecar: its certificate expired");

        assertThat(report(BILLING))
                .extracting(ServiceState::detail)
                .containsExactly("0 of 2 instances pass: billing-1 and billing-2: sidecar: its certificate expired, see"
                        + " `millrace ps`; last answer: no limit");
    }

    @Test
    void aServiceThatDidNotAnswerFailsThoughItsInstancesPass() {
        mesh.process("billing-1", "passing").process("billing-2", "critical");

        assertThat(report(new ServiceState("billing", false, "no answer within 10 s")))
                .extracting(ServiceState::condition)
                .containsExactly(Condition.FAILING);
    }

    @Test
    void nothingIsCalledDeadWhileConsulIsAway() {
        mesh.process("consul", "ended")
                .process("billing-1", "unknown")
                .process("billing-2", "unknown")
                .process("local-inference-1", "unknown");

        assertThat(report(BILLING, LOCAL))
                .extracting(ServiceState::service, ServiceState::condition)
                .containsExactly(
                        tuple("billing", Condition.DEGRADED),
                        tuple("local-inference", Condition.DEGRADED),
                        tuple("consul", Condition.DEGRADED));
    }

    /** It has forgotten everything, and hears of the instances within two seconds. */
    @Test
    void nothingIsCalledDeadOnceConsulIsBackAndKnowsNobody() {
        mesh.process("billing-1", "not registered").process("billing-2", "not registered");

        assertThat(report(BILLING)).extracting(ServiceState::condition).containsExactly(Condition.DEGRADED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "not registered"})
    void anInstanceThatConsulDoesNotKnowDoesNotPass(String health) {
        mesh.process("billing-1", "passing").process("local-inference-1", health);

        assertThat(report(BILLING, LOCAL))
                .extracting(ServiceState::condition)
                .containsExactly(Condition.HEALTHY, Condition.FAILING);
    }

    @Test
    void aSupervisorThatGivesNoAnswerIsToldAsWell() {
        assertThat(MeshReport.with(List.of(BILLING), connection(new FakeMesh().silent())))
                .containsExactly(
                        BILLING, new ServiceState("mesh", Condition.FAILING, "the supervisor gives no answer"));
    }

    private List<ServiceState> report(ServiceState... answers) {
        return MeshReport.with(List.of(answers), connection(mesh));
    }

    private static Connection connection(HomeMesh mesh) {
        Connection connection = new Connection();
        connection.know(mesh);
        return connection;
    }
}
