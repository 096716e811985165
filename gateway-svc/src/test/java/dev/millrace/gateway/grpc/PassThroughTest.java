package dev.millrace.gateway.grpc;

import dev.millrace.gateway.Caller;
import dev.millrace.gateway.Callers;
import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.GetBudgetRequest;
import dev.millrace.schema.billing.v1.KeyServiceGrpc;
import dev.millrace.schema.billing.v1.PriceServiceGrpc;
import dev.millrace.schema.billing.v1.UsageServiceGrpc;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ModelServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

final class PassThroughTest {

    private static final List<ServiceDescriptor> PEERS = List.of(
            BillingServiceGrpc.getServiceDescriptor(),
            KeyServiceGrpc.getServiceDescriptor(),
            PriceServiceGrpc.getServiceDescriptor(),
            UsageServiceGrpc.getServiceDescriptor(),
            ClassifierServiceGrpc.getServiceDescriptor(),
            ModelServiceGrpc.getServiceDescriptor(),
            InferenceServiceGrpc.getServiceDescriptor());

    private final GatewayFixture gateway = GatewayFixture.tcp();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void offersExactlyTheAllowedMethods() {
        Set<String> hidden = new TreeSet<>();

        for (ServiceDescriptor service : PEERS) {
            for (MethodDescriptor<?, ?> method : service.getMethods()) {
                if (!isOffered(method)) {
                    hidden.add(method.getBareMethodName());
                }
            }
        }

        assertThat(hidden)
                .containsExactlyInAnyOrder(
                        "ReserveBudget",
                        "SettleUsage",
                        "ReleaseReservation",
                        "RecordAttempt",
                        "AuthenticateKey",
                        "WatchRevocations",
                        "StreamCompletion",
                        "CreateEmbeddings",
                        "ListModels",
                        "GetCapacity");
    }

    private boolean isOffered(MethodDescriptor<?, ?> method) {
        MethodDescriptor<byte[], byte[]> bytes = MethodDescriptor.newBuilder(Bytes.MARSHALLER, Bytes.MARSHALLER)
                .setType(method.getType())
                .setFullMethodName(method.getFullMethodName())
                .build();
        try {
            ClientCalls.blockingServerStreamingCall(gateway.channel, bytes, CallOptions.DEFAULT, new byte[0])
                    .forEachRemaining(answer -> {});
            return true;
        } catch (StatusRuntimeException failure) {
            Fault fault = Fault.of(failure);
            boolean refused = fault.is("METHOD_NOT_OFFERED");
            assertThat(refused || failure.getStatus().getCode() != Code.UNIMPLEMENTED || fault.is("NOT_YET_SERVED"))
                    .as(method.getFullMethodName())
                    .isTrue();
            if (refused) {
                assertThat(fault.domain()).isEqualTo("gateway.millrace.dev");
                assertThat(fault.message())
                        .contains(method.getFullMethodName(), "Ask millrace.gateway.v1.GatewayService");
            }
            return !refused;
        }
    }

    @Test
    void thePeerSeesTheCallersTenantWhateverTheCallerWrites() {
        Metadata forged = new Metadata();
        forged.put(MetadataKeys.TENANT, "somebody-else");

        long daily = BillingServiceGrpc.newBlockingStub(gateway.channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(forged))
                .getBudget(GetBudgetRequest.getDefaultInstance())
                .getBudget()
                .getDailyNanoUsd();

        assertThat(daily).isEqualTo(500);
        assertThat(gateway.billing.tenantSeen()).isEqualTo("local");
    }

    @Test
    void passesAVerdictAndNamesAPeerThatIsAway() {
        assertThat(ClassifierServiceGrpc.newBlockingStub(gateway.channel)
                        .classifyPrompt(ClassifyPromptRequest.newBuilder()
                                .setText("hello")
                                .build())
                        .getVerdict()
                        .getIntent())
                .isEqualTo("opening_hours");

        gateway.billing.leave();
        StatusRuntimeException away = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> BillingServiceGrpc.newBlockingStub(gateway.channel)
                        .getBudget(GetBudgetRequest.getDefaultInstance()));
        assertThat(Fault.of(away).reason()).isEqualTo("PEER_UNAVAILABLE");
        assertThat(Fault.of(away).message())
                .isEqualTo("billing does not answer. See whether it is up: `millrace status`");
        assertThat(Fault.of(away).metadata()).containsEntry("service", "billing");
    }

    @Test
    void namesTheCertificateThatKeepsItFromAPeer() {
        gateway.billing.leave(
                Status.UNAVAILABLE.withDescription("TLS_error:|CERTIFICATE_VERIFY_FAILED:_certificate_has_expired"));

        StatusRuntimeException away = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> BillingServiceGrpc.newBlockingStub(gateway.channel)
                        .getBudget(GetBudgetRequest.getDefaultInstance()));

        assertThat(Fault.of(away).message())
                .startsWith("billing shows a certificate that has expired. `millrace ps` names")
                .doesNotContain("is up");
    }

    @Test
    void needsTheAdminPermission() {
        Callers inferOnly = new Callers() {
            @Override
            public boolean open() {
                return false;
            }

            @Override
            public Caller authenticate(String key) {
                return new Caller("acme", "mk_1", Set.of(Caller.Permission.INFER));
            }
        };
        try (GatewayFixture closed = GatewayFixture.with(GatewayFixture.LIMITS, inferOnly)) {
            StatusRuntimeException refused = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> BillingServiceGrpc.newBlockingStub(closed.channel)
                            .getBudget(GetBudgetRequest.getDefaultInstance()));

            assertThat(refused.getStatus().getCode()).isEqualTo(Code.PERMISSION_DENIED);
            assertThat(Fault.of(refused).reason()).isEqualTo("KEY_FORBIDDEN");
        }
    }
}
