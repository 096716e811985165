package dev.millrace.cli;

import dev.millrace.rpc.GrpcServer;
import dev.millrace.schema.billing.v1.BillingServiceGrpc.BillingServiceImplBase;
import dev.millrace.schema.billing.v1.GetBudgetRequest;
import dev.millrace.schema.billing.v1.GetBudgetResponse;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What commands say of a mesh beside what its gateway answers. */
final class MeshCommandsTest {
    @TempDir
    Path home;

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FakeMesh mesh = new FakeMesh();

    @BeforeEach
    void captureOutput() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    @Test
    void statusAndDoctorTellOfAServiceWithoutAPassingInstance() throws IOException {
        mesh.process("classifier-1", "passing").process("local-inference-1", "critical");

        try (GrpcServer gateway = gateway()) {
            writeRun(gateway);
            assertThat(run("status")).isEqualTo(3);
            assertThat(run("doctor")).isEqualTo(1);
        }

        assertThat(text(out))
                .containsPattern("classifier +healthy .*1 of 1 instances pass")
                .containsPattern("local-inference +FAILING +0 of 1 instances pass: local-inference-1 is critical,"
                        + " see `millrace ps --home ")
                .containsPattern("ok +classifier .*1 of 1 instances pass")
                .containsPattern("problem +local-inference +0 of 1 instances pass");
    }

    @Test
    void statusTellsProgramsOfAServiceThatIsWholeNoMore() throws IOException {
        mesh.process("classifier-1", "passing").process("classifier-2", "critical");

        try (GrpcServer gateway = gateway()) {
            writeRun(gateway);
            assertThat(run("status -o json")).isZero();
            assertThat(run("doctor")).isZero();
        }

        assertThat(text(out))
                .contains("\"service\":\"classifier\",\"healthy\":true,\"condition\":\"degraded\"")
                .containsPattern("note +classifier +1 of 2 instances pass: classifier-2 is critical");
    }

    @Test
    void anotherMachinesGatewayIsNotJudgedByTheMeshHere() {
        mesh.process("local-inference-1", "critical");

        try (GrpcServer gateway = gateway()) {
            run("status --address " + gateway.addresses().getFirst().getAuthority());
        }

        assertThat(text(out)).containsPattern("local-inference +healthy").doesNotContain("instances");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "models", "usage", "policy", "chat hello"})
    void whereTheSupervisorWasKilledNobodyIsToldToStartASecondMillrace(String command) {
        mesh.killed();

        assertThat(run(command)).isEqualTo(3);

        assertThat(text(err))
                .isEqualTo("error: 23 processes still run; end them with: millrace down --home " + home + "\n");
    }

    @Test
    void whatIsLeftOfAMeshIsAProblemToTheDoctor() {
        mesh.killed();

        assertThat(run("doctor")).isEqualTo(1);

        assertThat(text(out))
                .containsPattern("problem +instance +23 processes still run")
                .doesNotContain("none runs");
    }

    private static GrpcServer gateway() {
        return GrpcServer.builder("gateway")
                .listen("tcp://127.0.0.1:0")
                .service(new FakeGateway())
                .service(new FakeClassifier())
                .service(new EmptyBudget())
                .start();
    }

    private void writeRun(GrpcServer gateway) throws IOException {
        Files.writeString(
                home.resolve("run"),
                "pid=" + ProcessHandle.current().pid() + "\ngateway.grpc=tcp://"
                        + gateway.addresses().getFirst().getAuthority() + "\n");
    }

    private int run(String words) {
        return Millrace.run((words + " --home " + home).split(" "), List.of(), (place, config) -> List.of(), mesh);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
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
