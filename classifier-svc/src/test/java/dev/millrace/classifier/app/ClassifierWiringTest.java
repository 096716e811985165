package dev.millrace.classifier.app;

import dev.millrace.rpc.Channels;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.ServiceSettings;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ClassifierWiringTest {

    @TempDir
    Path folder;

    @Test
    void startsFromItsDefaultsAnswersAndReportsHealth() {
        ServiceSettings settings =
                ServiceSettings.of(new Home(folder)).with("classifier.grpc.listen", "tcp://127.0.0.1:0");

        try (MillraceService.Running running = new ClassifierApplication().start(settings)) {
            ManagedChannel channel =
                    Channels.open(running.addresses().getFirst().toString());

            assertThat(HealthGrpc.newBlockingStub(channel)
                            .check(HealthCheckRequest.newBuilder()
                                    .setService("millrace.classifier.v1.ClassifierService")
                                    .build())
                            .getStatus())
                    .isEqualTo(ServingStatus.SERVING);
            assertThat(ClassifierServiceGrpc.newBlockingStub(channel)
                            .classifyPrompt(ClassifyPromptRequest.newBuilder()
                                    .setText("hello")
                                    .build())
                            .getVerdict()
                            .getIntent())
                    .isEqualTo("greeting");
            assertThat(running.healthy()).isTrue();
            assertThat(running.healthLine()).contains("router-head-v4");
            channel.shutdownNow();
        }
    }

    @Test
    void refusesAMisspeltKey() {
        ServiceSettings settings =
                ServiceSettings.of(new Home(folder)).with("classifier.grpc.lisen", "tcp://127.0.0.1:0");

        assertThatThrownBy(() -> new ClassifierApplication().start(settings))
                .isInstanceOf(ConfigurationFault.class)
                .hasMessageContaining("classifier.grpc.lisen");
    }
}
