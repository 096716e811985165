package dev.millrace.rpc;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How often an answer within the process wakes whoever waits for it: as often as its executor is given work. */
final class CallersWakingsTest {
    private final AtomicInteger wakings = new AtomicInteger();
    private final Executor counting = woken -> {
        wakings.incrementAndGet();
        woken.run();
    };

    @Test
    void anOnlyMessageBringsItsHeaders() throws Exception {
        AtomicInteger before = new AtomicInteger(-1);
        GrpcServer server = GrpcServer.builder("words")
                .listen("inprocess:///wakings")
                .service(Words.answering((question, answer) -> {
                    before.set(wakings.get());
                    answer.onNext(question);
                    answer.onCompleted();
                }))
                .start();
        ManagedChannel channel = Channels.open("inprocess:///wakings");
        Answered answered = new Answered();

        try {
            ClientCalls.asyncUnaryCall(
                    channel.newCall(Words.ASK, CallOptions.DEFAULT.withExecutor(counting)), "yes", answered);

            assertThat(answered.text.get(10, TimeUnit.SECONDS)).isEqualTo("yes");
            assertThat(before).as("nothing is told before the answer").hasValue(0);
            assertThat(wakings).as("the message with its headers, and the end").hasValue(2);
        } finally {
            channel.shutdownNow();
            server.close();
        }
    }

    private static final class Answered implements StreamObserver<String> {
        private final CompletableFuture<String> text = new CompletableFuture<>();
        private String last = "";

        @Override
        public void onNext(String message) {
            last = message;
        }

        @Override
        public void onError(Throwable failure) {
            text.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            text.complete(last);
        }
    }
}
