package dev.millrace.rpc;

import dev.millrace.rpc.BlockingStreamReader.Element;
import dev.millrace.rpc.BlockingStreamReader.End;
import dev.millrace.rpc.BlockingStreamReader.Silence;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.millrace.rpc.WordStreams.SOON;
import static dev.millrace.rpc.WordStreams.drain;
import static dev.millrace.rpc.WordStreams.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** What goes from the writing end of a stream to the reading one, and at whose pace. */
final class BlockingStreamsTest {
    @RegisterExtension
    final WordStreams streams = new WordStreams();

    @OverBothTransports
    void deliversEveryElementInOrderAndThenTheEnd(String address) throws Exception {
        ManagedChannel channel = streams.serve(address, writer -> {
            for (int i = 0; i < 10_000; i++) {
                writer.write("word " + i);
            }
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            for (int i = 0; i < 10_000; i++) {
                assertThat(reader.next(SOON)).isEqualTo(new Element<>("word " + i));
            }
            assertThat(reader.next(SOON)).isInstanceOf(End.class);
            assertThat(reader.next(SOON)).isInstanceOf(End.class);
        }
    }

    @OverBothTransports
    void makesTheWriterWaitForAReaderThatPauses(String address) throws Exception {
        AtomicInteger written = new AtomicInteger();
        String kilobyte = "x".repeat(1024);
        ManagedChannel channel = streams.serve(address, writer -> {
            for (int i = 0; i < 2_000; i++) {
                writer.write(kilobyte);
                written.incrementAndGet();
            }
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            assertThat(reader.next(SOON)).isInstanceOf(Element.class);
            // Windows of 64 KiB, 32 KiB of the server's own buffer, and the elements asked for ahead.
            await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> written.get() < 300);
            int paused = written.get();

            int read = 1;
            while (reader.next(SOON) instanceof Element) {
                read++;
            }

            assertThat(paused).isGreaterThan(1);
            assertThat(read).isEqualTo(2_000);
        }
    }

    @OverBothTransports
    void whatNobodyWantsIsNotOfferedPastTheTransportsRoom(String address) throws Exception {
        CompletableFuture<Integer> taken = new CompletableFuture<>();
        String kilobyte = "x".repeat(1024);
        ManagedChannel channel = streams.serve(address, writer -> {
            int offered = 0;
            while (writer.offer(() -> kilobyte)) {
                offered++;
            }
            taken.complete(offered);
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            assertThat(taken.get(10, TimeUnit.SECONDS)).isBetween(0, 300);
            drain(reader);
        }
    }

    @OverBothTransports
    void reportsSilenceAndThenGoesOn(String address) throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        ManagedChannel channel = streams.serve(address, writer -> {
            heard.await();
            writer.write("late");
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            assertThat(reader.next(Duration.ofMillis(50))).isInstanceOf(Silence.class);
            heard.countDown();
            assertThat(reader.next(SOON)).isEqualTo(new Element<>("late"));
        }
    }

    @OverBothTransports
    void letsSeveralThreadsWriteWholeElements(String address) throws Exception {
        ManagedChannel channel = streams.serve(address, writer -> {
            Thread beats = Thread.ofVirtual().start(() -> writeQuietly(writer, "beat"));
            writeQuietly(writer, "word");
            beats.join();
        });

        int read = 0;
        try (BlockingStreamReader<String> reader = open(channel)) {
            while (reader.next(SOON) instanceof Element<String> element) {
                assertThat(element.value()).isIn("beat", "word");
                read++;
            }
        }

        assertThat(read).isEqualTo(2_000);
    }

    @OverBothTransports
    void elementsCanBeTakenOnTheirWayWhileTheReaderWaits(String address) throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        List<String> all = new ArrayList<>();
        ManagedChannel channel = streams.serve(address, writer -> {
            waits.await();
            for (int i = 0; i < 1_000; i++) {
                writer.write("word " + i);
            }
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            Thread reading = Thread.currentThread();
            Thread.ofVirtual().start(() -> {
                await().until(() -> reading.getState() == Thread.State.WAITING);
                waits.countDown();
            });
            BlockingStreamReader.Read<String> read = reader.next(SOON, word -> {
                assertThat(Thread.currentThread()).isNotSameAs(reading);
                return all.add(word);
            });
            assertThat(read).isInstanceOf(End.class);
        }

        assertThat(all).hasSize(1_000).startsWith("word 0", "word 1").endsWith("word 999");
    }

    @OverBothTransports
    void whatATakerThrowsIsThrownToTheReader(String address) throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        ManagedChannel channel = streams.serve(address, writer -> {
            waits.await();
            writer.write("word");
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            Thread reading = Thread.currentThread();
            Thread.ofVirtual().start(() -> {
                await().until(() -> reading.getState() == Thread.State.WAITING);
                waits.countDown();
            });
            assertThatThrownBy(() -> reader.next(SOON, word -> {
                        throw new IllegalStateException("no room for " + word);
                    }))
                    .hasMessage("no room for word");
        }
    }

    @OverBothTransports
    void whatIsNotTakenOnItsWayEndsTheWaitInItsPlace(String address) throws Exception {
        List<String> all = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        ManagedChannel channel = streams.serve(address, writer -> {
            for (int i = 0; i < 10_000; i++) {
                writer.write("word " + i);
            }
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            while (reader.next(SOON, word -> !word.endsWith("7") && all.add(word)) instanceof Element<String> element) {
                all.add(element.value());
            }
        }

        for (int i = 0; i < 10_000; i++) {
            wanted.add("word " + i);
        }
        assertThat(all).isEqualTo(wanted);
    }

    private static void writeQuietly(BlockingStreamWriter<String> writer, String word) {
        try {
            for (int i = 0; i < 1_000; i++) {
                writer.write(word);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
