package dev.millrace.cli;

import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.Progress;
import dev.millrace.schema.gateway.v1.Completed;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.RouteDecided;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse;
import io.grpc.Channel;
import io.grpc.Context;
import java.io.PrintStream;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One streamed answer: shows its tokens as they come, and remembers the rest. */
final class Answer {
    private static final String CLEAR_LINE = "\r\u001b[K";
    private final PrintStream out;
    private final PrintStream notes;
    private final boolean terminal;
    private final StringBuilder text = new StringBuilder();
    private @Nullable RouteDecided route;
    private @Nullable Completed completed;
    private String engine = "";
    private boolean noteShown;

    /**
     * @param out takes the answer's text
     * @param notes takes what is said about it: waiting, switching
     * @param terminal whether notes may be overwritten
     */
    Answer(PrintStream out, PrintStream notes, boolean terminal) {
        this.out = out;
        this.notes = notes;
        this.terminal = terminal;
    }

    /** Runs a call to its end; fails as the call fails. Ended early by cancelling {@code context}. */
    void read(Channel channel, StreamCompletionRequest request, Context.CancellableContext context) {
        context.run(() -> {
            Iterator<StreamCompletionResponse> events =
                    GatewayServiceGrpc.newBlockingStub(channel).streamCompletion(request);
            events.forEachRemaining(this::take);
        });
    }

    private void take(StreamCompletionResponse event) {
        switch (event.getEventCase()) {
            case ROUTE_DECIDED -> route = event.getRouteDecided();
            case PROGRESS -> note(waiting(event.getProgress()));
            case STARTED -> {
                clearNote();
                engine = event.getStarted().getEngine();
            }
            case DELTA -> show(event.getDelta());
            case ATTEMPT_SWITCHED -> {
                note(event.getAttemptSwitched().getFrom().getModel() + " failed ("
                        + event.getAttemptSwitched().getCause() + "), asking "
                        + event.getAttemptSwitched().getTo().getModel() + " …");
                keepNote();
            }
            case COMPLETED -> completed = event.getCompleted();
            case EVENT_NOT_SET -> {
                // An event of a newer gateway: skipped.
            }
        }
    }

    private void show(Delta delta) {
        clearNote();
        String piece = delta.hasRefusal() ? delta.getRefusal() : delta.getText();
        text.append(piece);
        out.print(piece);
        out.flush();
    }

    private static String waiting(Progress progress) {
        return switch (progress.getStateCase()) {
            case QUEUED ->
                "waiting for a slot, position " + progress.getQueued().getPosition() + " …";
            case LOADING ->
                progress.getLoading().hasFraction()
                        ? "loading the model, "
                                + Math.round(100 * progress.getLoading().getFraction()) + " % …"
                        : "loading the model …";
            case RETRYING -> "asking again after " + progress.getRetrying().getCause() + " …";
            case THINKING, STATE_NOT_SET -> "thinking …";
        };
    }

    private void note(String words) {
        if (terminal) {
            notes.print(CLEAR_LINE + words);
            notes.flush();
            noteShown = true;
        }
    }

    private void clearNote() {
        if (noteShown) {
            notes.print(CLEAR_LINE);
            notes.flush();
            noteShown = false;
        }
    }

    private void keepNote() {
        if (noteShown) {
            notes.println();
            noteShown = false;
        }
    }

    /** Ends the line of the answer, so that what follows begins a new one. */
    void endLine() {
        clearNote();
        if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
            out.println();
        }
    }

    String text() {
        return text.toString();
    }

    /** The line under the answer; empty where it did not complete. */
    Optional<String> line() {
        return Optional.ofNullable(completed).map(end -> AnswerLine.of(route, engine, end));
    }

    Optional<Completed> completed() {
        return Optional.ofNullable(completed);
    }
}
