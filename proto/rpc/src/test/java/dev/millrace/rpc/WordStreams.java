package dev.millrace.rpc;

import dev.millrace.rpc.BlockingStreamReader.End;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Streams of words whose two ends a test plays. Register it as an instance field. */
final class WordStreams implements AfterEachCallback {
    /** How long a test waits for what must come. */
    static final Duration SOON = Duration.ofSeconds(10);

    private static final Duration NO_STALL = Duration.ofMinutes(1);

    private final Opened opened = new Opened();

    /** A channel to a server that writes each of its streams so, and gives a reader all the time it wants. */
    ManagedChannel serve(String address, BlockingStreamWriter.Body<String> body) {
        return serve(address, NO_STALL, body);
    }

    /** @param stallLimit for how long a reader may accept nothing */
    ManagedChannel serve(String address, Duration stallLimit, BlockingStreamWriter.Body<String> body) {
        return opened.channel(opened.start(GrpcServer.builder("words")
                .listen(address)
                .innerDoor()
                .service(Words.telling((question, answer) -> BlockingStreamWriter.serve(answer, stallLimit, body)))));
    }

    static BlockingStreamReader<String> open(ManagedChannel channel) {
        return BlockingStreamReader.open(channel, Words.TELL, CallOptions.DEFAULT, "go");
    }

    /** Reads on to the end. */
    static void drain(BlockingStreamReader<String> reader) throws InterruptedException {
        while (!(reader.next(SOON) instanceof End)) {
            // Elements that came before the end.
        }
    }

    @Override
    public void afterEach(ExtensionContext test) {
        opened.afterEach(test);
    }
}
