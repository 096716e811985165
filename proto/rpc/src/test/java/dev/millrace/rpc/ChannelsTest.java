package dev.millrace.rpc;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
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

            assertThat(answers(channel, 2)).containsExactlyInAnyOrder("one", "two");
        }
    }

    @Test
    void findsANameAndSpreadsCallsOverItsAddresses() {
        GrpcServerBuilder alsoHere = named("two", "tcp://127.0.0.2:0");
        try (GrpcServer two = startedOrNotChecked(alsoHere);
                GrpcServer one = named("one", "tcp://127.0.0.1:" + two.port().orElseThrow())
                        .start()) {
            int port = one.port().orElseThrow();

            assertThat(answers(Channels.open("dns:///localhost:" + port), 1)).containsExactly("one");
            assertThat(answers(Channels.open("dns:///" + TwoAddresses.NAME + ":" + port), 2))
                    .containsExactlyInAnyOrder("one", "two");
        }
    }

    private static GrpcServer startedOrNotChecked(GrpcServerBuilder builder) {
        try {
            return builder.start();
        } catch (UncheckedIOException none) {
            return Assumptions.abort("NOT CHECKED: this machine has one loopback address: " + none.getMessage());
        }
    }

    /** Of so many servers, as they come. */
    private static Set<String> answers(ManagedChannel channel, int servers) {
        Set<String> answers = new HashSet<>();
        for (int i = 0; i < 100 && (i < 10 || answers.size() < servers); i++) {
            answers.add(Words.ask(channel, "who"));
        }
        channel.shutdownNow();
        return answers;
    }

    @Test
    void tellsASidecarWhichPeerIsMeant() throws IOException {
        AtomicReference<String> authority = new AtomicReference<>("");
        Server sidecar = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(Words.answering((question, answer) -> {
                    answer.onNext("billing");
                    answer.onCompleted();
                }))
                .intercept(new ServerInterceptor() {
                    @Override
                    public <Q, A> ServerCall.Listener<Q> interceptCall(
                            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                        authority.set(String.valueOf(call.getAuthority()));
                        return next.startCall(call, headers);
                    }
                })
                .build()
                .start();
        ManagedChannel channel = Channels.open("sidecar://127.0.0.1:" + sidecar.getPort() + "/billing");

        Words.ask(channel, "who");
        channel.shutdownNow();
        sidecar.shutdownNow();

        assertThat(authority).hasValue("billing");
        assertThatThrownBy(() -> Channels.open("sidecar://127.0.0.1:1"))
                .hasMessageContaining("expected: sidecar://host:port/name");
    }

    @Test
    void reachesAnIpv6Address() {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0))
                .addService(Words.answering((question, answer) -> {
                    answer.onNext("six");
                    answer.onCompleted();
                }))
                .build();
        try {
            server.start();
        } catch (IOException none) {
            Assumptions.abort("NOT CHECKED: this machine has no IPv6");
        }
        ManagedChannel channel = Channels.open("tcp://[::1]:" + server.getPort());

        assertThat(Words.ask(channel, "who")).isEqualTo("six");
        channel.shutdownNow();
        server.shutdownNow();
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
        return named(name, "tcp://127.0.0.1:0").start();
    }

    private static GrpcServerBuilder named(String name, String address) {
        return GrpcServer.builder("words").listen(address).service(Words.answering((question, answer) -> {
            answer.onNext(name);
            answer.onCompleted();
        }));
    }
}
