package dev.millrace.gateway.peers;

import dev.millrace.gateway.Backend;
import dev.millrace.gateway.Backend.Begun;
import dev.millrace.gateway.Backend.Ended;
import dev.millrace.gateway.Backend.Failed;
import dev.millrace.gateway.Backend.Frame;
import dev.millrace.gateway.Backend.Piece;
import dev.millrace.gateway.Backend.Silence;
import dev.millrace.gateway.Backend.Waiting;
import dev.millrace.rpc.BlockingStreamReader;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.TransportReason;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.inference.v1.Completed;
import dev.millrace.schema.inference.v1.StreamCompletionResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The frames of one attempt: the token's path, where messages of completion.v1 pass unmapped. */
final class FrameStream implements Backend.Stream {

    /** How long the end of a stream may stay behind its last frame. */
    private static final Duration END_WITHIN = Duration.ofMillis(200);

    private final BlockingStreamReader<StreamCompletionResponse> reader;
    private boolean completed;

    FrameStream(BlockingStreamReader<StreamCompletionResponse> reader) {
        this.reader = reader;
    }

    @Override
    public Frame next(Duration wait) throws InterruptedException {
        return next(wait, piece -> false);
    }

    @Override
    public Frame next(Duration wait, Predicate<Delta> taker) throws InterruptedException {
        try {
            return switch (reader.next(wait, frame -> frame.hasDelta() && taker.test(frame.getDelta()))) {
                case BlockingStreamReader.Element<StreamCompletionResponse>(StreamCompletionResponse frame) ->
                    frame(frame, wait, taker);
                case BlockingStreamReader.Silence<StreamCompletionResponse> silence -> new Silence();
                case BlockingStreamReader.End<StreamCompletionResponse> end -> new Failed(endedEarly());
            };
        } catch (StatusRuntimeException failure) {
            return new Failed(Fault.of(failure));
        }
    }

    private Frame frame(StreamCompletionResponse frame, Duration wait, Predicate<Delta> taker)
            throws InterruptedException {
        return switch (frame.getEventCase()) {
            case DELTA -> new Piece(frame.getDelta());
            case PROGRESS -> new Waiting(frame.getProgress());
            case STARTED -> new Begun(frame.getStarted());
            case COMPLETED -> ended(frame.getCompleted());
            case EVENT_NOT_SET -> next(wait, taker);
        };
    }

    private Ended ended(Completed end) {
        completed = true;
        return new Ended(end.getChoiceEndsList(), end.getUsage(), end.getProviderTries());
    }

    private static Fault endedEarly() {
        return new Fault(
                Status.Code.INTERNAL,
                TransportReason.DOMAIN,
                TransportReason.BACKEND_LOST.name(),
                "the backend's stream ended without a Completed",
                Map.of(),
                Optional.empty(),
                List.of(),
                false);
    }

    /** A whole answer's end is read, so that the backend does not see a cancel behind its last frame. */
    @Override
    public void close() {
        if (completed) {
            try {
                var _ = reader.next(END_WITHIN);
            } catch (StatusRuntimeException afterTheEnd) {
                completed = false;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        reader.close();
    }
}
