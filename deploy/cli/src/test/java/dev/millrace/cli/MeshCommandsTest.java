package dev.millrace.cli;

import dev.millrace.schema.billing.v1.BillingServiceGrpc.BillingServiceImplBase;
import dev.millrace.schema.billing.v1.GetBudgetRequest;
import dev.millrace.schema.billing.v1.GetBudgetResponse;
import dev.millrace.testing.CapturedOutput;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What commands say of a mesh beside what its gateway answers. */
final class MeshCommandsTest {
    @TempDir
    Path home;

    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    private final FakeMesh mesh = new FakeMesh();

    @Test
    void statusAndDoctorTellOfAServiceWithoutAPassingInstance() throws IOException {
        mesh.process("classifier-1", "passing").process("local-inference-1", "critical");

        try (FakeInstance gateway = gateway()) {
            gateway.runIn(home);
            assertThat(run("status")).isEqualTo(3);
            assertThat(run("doctor")).isEqualTo(1);
        }

        assertThat(output.out())
                .containsPattern("classifier +healthy .*1 of 1 instances pass")
                .containsPattern("local-inference +FAILING +0 of 1 instances pass: local-inference-1 is critical,"
                        + " see `millrace ps --home ")
                .containsPattern("ok +classifier .*1 of 1 instances pass")
                .containsPattern("problem +local-inference +0 of 1 instances pass");
    }

    @Test
    void statusTellsProgramsOfAServiceThatIsWholeNoMore() throws IOException {
        mesh.process("classifier-1", "passing").process("classifier-2", "critical");

        try (FakeInstance gateway = gateway()) {
            gateway.runIn(home);
            assertThat(run("status -o json")).isZero();
            assertThat(run("doctor")).isZero();
        }

        assertThat(output.out())
                .contains("\"service\":\"classifier\",\"healthy\":true,\"condition\":\"degraded\"")
                .containsPattern("note +classifier +1 of 2 instances pass: classifier-2 is critical");
    }

    @Test
    void anotherMachinesGatewayIsNotJudgedByTheMeshHere() {
        mesh.process("local-inference-1", "critical");

        try (FakeInstance gateway = gateway()) {
            run("status --address " + gateway.address());
        }

        assertThat(output.out()).containsPattern("local-inference +healthy").doesNotContain("instances");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "models", "usage", "policy", "chat hello"})
    void whereTheSupervisorWasKilledNobodyIsToldToStartASecondMillrace(String command) {
        mesh.killed();

        assertThat(run(command)).isEqualTo(3);

        assertThat(output.err())
                .isEqualTo("error: 23 processes still run; end them with: millrace down --home " + home + "\n");
    }

    @Test
    void whatIsLeftOfAMeshIsAProblemToTheDoctor() {
        mesh.killed();

        assertThat(run("doctor")).isEqualTo(1);

        assertThat(output.out())
                .containsPattern("problem +instance +23 processes still run")
                .doesNotContain("none runs");
    }

    private static FakeInstance gateway() {
        return new FakeInstance(new FakeGateway(), new FakeClassifier(), new EmptyBudget());
    }

    private int run(String words) {
        return Millrace.run((words + " --home " + home).split(" "), List.of(), (place, config) -> List.of(), mesh);
    }

    /** Billing that answers. */
    private static final class EmptyBudget extends BillingServiceImplBase {
        @Override
        public void getBudget(GetBudgetRequest request, StreamObserver<GetBudgetResponse> caller) {
            caller.onNext(GetBudgetResponse.getDefaultInstance());
            caller.onCompleted();
        }
    }
}
