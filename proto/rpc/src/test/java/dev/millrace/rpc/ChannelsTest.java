package dev.millrace.rpc;

import io.grpc.ManagedChannel;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class ChannelsTest {
    @Test
    void spreadsCallsOverAStaticList() {
        try (GrpcServer one = named("one");
                GrpcServer two = named("two")) {
            ManagedChannel channel = Channels.open("static:///127.0.0.1:"
                    + one.port().orElseThrow() + ",127.0.0.1:" + two.port().orElseThrow());

            Set<String> answers = new HashSet<>();
            for (int i = 0; i < 100 && answers.size() < 2; i++) {
                answers.add(Words.ask(channel, "who"));
            }
            channel.shutdownNow();

            assertThat(answers).containsExactlyInAnyOrder("one", "two");
        }
    }

    @Test
    void saysUnreachableWhereNobodyListens() {
        ManagedChannel channel = Channels.open("tcp://127.0.0.1:1");

        assertThatThrownBy(() -> Words.ask(channel, "who"))
                .satisfies(failure -> assertThat(Fault.of(failure).is(TransportReason.BACKEND_UNREACHABLE))
                        .isTrue());
        channel.shutdownNow();
    }

    @Test
    void namesTheFormsItKnows() {
        assertThatThrownBy(() -> Channels.open("127.0.0.1:9090")).hasMessageContaining("expected:");
        assertThatThrownBy(() -> Channels.open("http://127.0.0.1:9090"))
                .hasMessageContaining("expected: inprocess:///name");
    }

    private static GrpcServer named(String name) {
        return GrpcServer.builder("words")
                .listen("tcp://127.0.0.1:0")
                .service(Words.answering((question, answer) -> {
                    answer.onNext(name);
                    answer.onCompleted();
                }))
                .start();
    }
}
