package dev.millrace.billing.sqlite;

import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.grpc.BillingGrpcService;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.SettleUsageRequest;
import dev.millrace.schema.billing.v1.SettleUsageResponse;
import dev.millrace.schema.billing.v1.TurnEnd;
import dev.millrace.testing.GrpcExtension;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A settlement's charge comes when it is kept, and its call ends when it is durable. */
final class SettledAheadTest {
    @RegisterExtension
    final GrpcExtension grpc = new GrpcExtension();

    @TempDir
    Path folder;

    private final CountDownLatch diskIsDone = new CountDownLatch(1);
    private final CompletableFuture<SettleUsageResponse> charge = new CompletableFuture<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    @AfterEach
    void release() {
        diskIsDone.countDown();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theChargeComesBeforeTheDiskHasIt(boolean overTcp) throws Exception {
        try (SqliteLedger ledger = open(this::awaitDisk)) {
            BillingGrpcService billing = new BillingGrpcService(ledger);
            settle(overTcp ? grpc.tcp(billing) : grpc.inProcess(billing));

            assertThat(charge).succeedsWithin(Duration.ofSeconds(10));
            assertThat(end).isNotDone();
            diskIsDone.countDown();

            assertThat(end).succeedsWithin(Duration.ofSeconds(10));
        }
    }

    @Test
    void aChargeThatTheDiskDidNotTakeIsToBeRepeated() throws Exception {
        try (SqliteLedger ledger = open(() -> {
            throw new IOException("EIO");
        })) {
            settle(grpc.inProcess(new BillingGrpcService(ledger)));

            assertThat(charge).succeedsWithin(Duration.ofSeconds(10));
            Throwable failure = end.handle((none, failed) -> failed).get(10, TimeUnit.SECONDS);
            assertThat(Fault.of(failure).reason()).isEqualTo("LEDGER_UNAVAILABLE");
        }
    }

    private void awaitDisk() {
        try {
            diskIsDone.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private SqliteLedger open(WalSync sync) throws Exception {
        InstantSource clock = InstantSource.system();
        LedgerFile file = LedgerFile.lock(folder.resolve("billing.db"), clock);
        return new SqliteLedger(file, sync, new LedgerTerms(1_000_000_000, "gpt-4.1"), clock);
    }

    private void settle(Channel channel) {
        BillingServiceGrpc.newStub(channel)
                .settleUsage(
                        SettleUsageRequest.newBuilder()
                                .setTurnId("t1")
                                .setTenant("local")
                                .setEnd(TurnEnd.TURN_END_COMPLETED)
                                .setModel("m")
                                .setRoute("local")
                                .build(),
                        new StreamObserver<>() {
                            @Override
                            public void onNext(SettleUsageResponse answer) {
                                charge.complete(answer);
                            }

                            @Override
                            public void onError(Throwable failure) {
                                end.completeExceptionally(failure);
                            }

                            @Override
                            public void onCompleted() {
                                end.complete(null);
                            }
                        });
    }
}
