package dev.millrace.testing;

import dev.millrace.rpc.BlockingStreamReader;
import dev.millrace.rpc.BlockingStreamReader.Element;
import dev.millrace.rpc.BlockingStreamReader.End;
import dev.millrace.rpc.BlockingStreamReader.Silence;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.schema.inference.v1.StreamCompletionResponse;
import dev.millrace.schema.inference.v1.StreamCompletionResponse.EventCase;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One call of {@code StreamCompletion} as a test sees it: its frames, how it ended, and whether headers came before. */
public final class InferenceCall implements AutoCloseable {
    private static final Duration FRAME_WAIT_MAX = Duration.ofSeconds(20);

    private final AtomicReference<@Nullable Metadata> headers = new AtomicReference<>();
    private final AtomicReference<@Nullable Metadata> trailers = new AtomicReference<>();
    private final List<StreamCompletionResponse> frames = new ArrayList<>();
    private final BlockingStreamReader<StreamCompletionResponse> reader;
    private @Nullable Fault fault;
    private boolean over;

    private InferenceCall(Channel channel, StreamCompletionRequest request, CallOptions options, Metadata sent) {
        Channel watched =
                ClientInterceptors.intercept(channel, MetadataUtils.newCaptureMetadataInterceptor(headers, trailers));
        reader = BlockingStreamReader.open(
                watched, InferenceServiceGrpc.getStreamCompletionMethod(), options, sent, request);
    }

    /** Begins the call, with the clearance of the message as metadata too. */
    public static InferenceCall begin(Channel channel, StreamCompletionRequest request, Duration deadline) {
        Metadata sent = new Metadata();
        sent.put(MetadataKeys.REQUEST_ID, "contract-" + request.getAttemptId());
        sent.put(MetadataKeys.TURN, request.getTurnId());
        sent.put(MetadataKeys.TENANT, "contract");
        sent.put(MetadataKeys.MODEL, request.getModel());
        if (request.hasClearance()) {
            sent.put(MetadataKeys.CLEARANCE, request.getClearance().getDecisionId());
        }
        return new InferenceCall(channel, request, CallOptions.DEFAULT.withDeadlineAfter(deadline), sent);
    }

    /** Reads to the end. */
    public InferenceCall finish() throws InterruptedException {
        while (next().isPresent()) {
            // Kept in frames.
        }
        return this;
    }

    /** The next frame; empty at the end, good or bad. */
    public Optional<StreamCompletionResponse> next() throws InterruptedException {
        if (over) {
            return Optional.empty();
        }
        try {
            return switch (reader.next(FRAME_WAIT_MAX)) {
                case Element<StreamCompletionResponse> element -> {
                    frames.add(element.value());
                    yield Optional.of(element.value());
                }
                case End<StreamCompletionResponse> end -> {
                    over = true;
                    yield Optional.empty();
                }
                case Silence<StreamCompletionResponse> silence ->
                    throw new AssertionError("no frame within " + FRAME_WAIT_MAX + " after " + kinds());
            };
        } catch (StatusRuntimeException failure) {
            over = true;
            fault = Fault.of(failure);
            return Optional.empty();
        }
    }

    /** Reads until so many Deltas have come. */
    public InferenceCall awaitDeltas(int count) throws InterruptedException {
        while (count(EventCase.DELTA) < count) {
            if (next().isEmpty()) {
                throw new AssertionError("ended after " + kinds() + " with " + fault());
            }
        }
        return this;
    }

    public List<StreamCompletionResponse> frames() {
        return List.copyOf(frames);
    }

    /** The frames' kinds in order. */
    public List<EventCase> kinds() {
        return frames.stream().map(StreamCompletionResponse::getEventCase).toList();
    }

    public int count(EventCase kind) {
        return (int) kinds().stream().filter(kind::equals).count();
    }

    /** The text of all Deltas. */
    public String text() {
        StringBuilder text = new StringBuilder();
        frames.forEach(frame -> text.append(frame.getDelta().getText()));
        return text.toString();
    }

    /** Why it failed; empty while it runs, or when it ended well. */
    public Optional<Fault> fault() {
        return Optional.ofNullable(fault);
    }

    /** True when headers came, after which no sidecar tries another instance. */
    public boolean hadHeaders() {
        return headers.get() != null;
    }

    /** The request id on the answer, or on the error. */
    public Optional<String> requestId() {
        return requestIdIn(headers).or(() -> requestIdIn(trailers));
    }

    private static Optional<String> requestIdIn(AtomicReference<@Nullable Metadata> received) {
        return Optional.ofNullable(received.get())
                .flatMap(metadata -> Optional.ofNullable(metadata.get(MetadataKeys.REQUEST_ID)));
    }

    public void cancel() {
        reader.cancel("the test has seen enough");
    }

    @Override
    public void close() {
        reader.close();
    }
}
