package dev.millrace.gateway.grpc;

import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnSink;
import dev.millrace.rpc.BlockingStreamWriter;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse;

/** Writes a turn's events to the stream of its call. */
final class StreamedAnswer implements TurnSink {

    private final BlockingStreamWriter<StreamCompletionResponse> writer;

    StreamedAnswer(BlockingStreamWriter<StreamCompletionResponse> writer) {
        this.writer = writer;
    }

    @Override
    public void accept(long sequence, int attempt, TurnEvent event) throws CallerGone {
        tell(() -> writer.write(Events.wire(sequence, attempt, event)));
    }

    /** Tells the turn of a caller that is lost on the way. */
    static void tell(Telling telling) throws CallerGone {
        try {
            telling.tell();
        } catch (BlockingStreamWriter.CallerGone gone) {
            throw new CallerGone(false);
        } catch (BlockingStreamWriter.ReaderStalled stalled) {
            throw new CallerGone(true);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CallerGone(false);
        }
    }

    @Override
    public boolean offer(long sequence, int attempt, TurnEvent event) {
        return writer.offer(() -> Events.wire(sequence, attempt, event));
    }

    /** Hands something over at its reader's pace. */
    @FunctionalInterface
    interface Telling {
        void tell() throws InterruptedException;
    }
}
