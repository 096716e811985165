package dev.millrace.local.grpc;

import dev.millrace.local.Admission;
import dev.millrace.local.AttemptLedger;
import dev.millrace.local.AttemptLedger.Attempt;
import dev.millrace.local.Ending;
import dev.millrace.local.Engine;
import dev.millrace.local.EngineFault;
import dev.millrace.local.Generation;
import dev.millrace.local.Node;
import dev.millrace.local.Node.Place;
import dev.millrace.local.Slot;
import dev.millrace.local.Ticket;
import dev.millrace.rpc.BlockingStreamWriter;
import dev.millrace.rpc.BlockingStreamWriter.CallerGone;
import dev.millrace.rpc.BlockingStreamWriter.ReaderStalled;
import dev.millrace.rpc.CallContext;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.completion.v1.Started;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.inference.v1.Priority;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.schema.inference.v1.StreamCompletionResponse;
import dev.millrace.telemetry.Step;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of one generation: check, find the model, ask for a slot, wait for it, run, and write down what it took.
 *
 * <p>Everything up to the slot or the queue happens before the first frame, so that a refusal is Trailers-Only.
 */
final class Completions {
    private static final Logger LOG = LoggerFactory.getLogger(Completions.class);

    private final Node node;
    private final AttemptLedger ledger;
    private final Beats beats;

    Completions(Node node, AttemptLedger ledger, Beats beats) {
        this.node = node;
        this.ledger = ledger;
        this.beats = beats;
    }

    /** Runs on the call's own virtual thread; its failures are statuses. */
    void stream(StreamCompletionRequest request, BlockingStreamWriter<StreamCompletionResponse> writer)
            throws InterruptedException {
        Generation generation = RequestCheck.generation(request);
        AnswerFrames frames = frames(request, writer);
        Place place = place(generation);
        Set<Engine> refusing = new HashSet<>();
        while (true) {
            Slot slot = slot(admit(request, generation, place), generation, frames);
            Optional<EngineFault> refusal = run(request, generation, frames, slot, refusing.size() + 1);
            if (refusal.isEmpty()) {
                return;
            }
            // Another engine with the same model takes over at once, not only when the watch has noticed.
            refusing.add(slot.engine());
            place = node.find(generation.model(), refusing)
                    .filter(other -> other.model().isUsable())
                    .orElseThrow(() -> Faults.ofGeneration(refusal.get(), 0).toException());
        }
    }

    private Place place(Generation generation) {
        Place place = node.find(generation.model())
                .orElseThrow(
                        () -> Faults.of(EngineFault.notHere(generation.model())).toException());
        if (!place.model().isUsable()) {
            throw Faults.of(unavailable(place)).toException();
        }
        return place;
    }

    private static Slot slot(Admission admission, Generation generation, AnswerFrames frames)
            throws InterruptedException {
        return switch (admission) {
            case Admission.Refused refused ->
                throw Faults.of(refused, generation.model()).toException();
            case Admission.Granted granted -> granted.slot();
            case Admission.Queued queued -> await(queued.ticket(), frames);
        };
    }

    private static Admission admit(StreamCompletionRequest request, Generation generation, Place place) {
        try {
            RequestCheck.checkAbilities(generation, place.model());
            place.anyEngine().checkFits(generation);
            return place.pool()
                    .admit(place.engines(), request.getMayOverflow(), request.getPriority() == Priority.PRIORITY_BATCH);
        } catch (EngineFault refused) {
            throw Faults.of(refused).toException();
        }
    }

    private static EngineFault unavailable(Place place) {
        return new EngineFault(EngineFault.Kind.UNREACHABLE, place.model().stateDetail())
                .with("address", place.anyEngine().address())
                .with("cause", place.model().stateDetail())
                .with("model", place.model().id());
    }

    private static AnswerFrames frames(
            StreamCompletionRequest request, BlockingStreamWriter<StreamCompletionResponse> writer) {
        return new AnswerFrames(
                writer,
                Started.newBuilder().setModel(request.getModel()).setAttempt(attemptNumber(request.getAttemptId())));
    }

    /** The n of {@code <turn_id>/<n>}; 1 where there is none. */
    private static int attemptNumber(String attemptId) {
        String number = attemptId.substring(attemptId.lastIndexOf('/') + 1);
        return number.matches("[1-9][0-9]{0,5}") ? Integer.parseInt(number) : 1;
    }

    private static Slot await(Ticket ticket, AnswerFrames frames) throws InterruptedException {
        try (ticket;
                Step step = Step.begin("queue")) {
            step.tag("millrace.queue.position", (long) ticket.position());
            frames.onCancel(ticket::cancel);
            while (true) {
                frames.queued(ticket.position(), ticket.expectedWait().orElse(null));
                Optional<Slot> slot = ticket.await(Beats.EVERY);
                if (slot.isPresent()) {
                    return slot.get();
                }
            }
        }
    }

    /** Empty: the call has ended. A fault: this engine refused before it gave anything, and another may be asked. */
    private Optional<EngineFault> run(
            StreamCompletionRequest request, Generation generation, AnswerFrames frames, Slot slot, int number)
            throws InterruptedException {
        try (slot;
                Step step = Step.call("generate")) {
            Engine engine = slot.engine();
            step.tag("millrace.engine", engine.name()).tag("gen_ai.request.model", request.getModel());
            frames.engine(engine.name());
            Recorded attempt = new Recorded(request, engine, number);
            Future<?> beat = beats.start(() -> beat(frames));
            try {
                Ending ending = engine.generate(generation, frames);
                if (frames.isCancelled()) {
                    attempt.end(ending.usage(), "cancelled");
                    return Optional.empty();
                }
                attempt.end(ending.usage(), "completed");
                // The slot is free for the next call before this one's reader has taken the last frame.
                slot.close();
                frames.completed(ending);
                return Optional.empty();
            } catch (EngineFault failure) {
                Fault fault = Faults.ofGeneration(failure, frames.deliveredDeltas());
                attempt.end(frames.usageSoFar(), fault.reason());
                step.failed(fault.reason());
                log(request, engine, fault);
                if (failure.isThisEnginesOnly() && !frames.hasBegun() && !frames.isCancelled()) {
                    return Optional.of(failure);
                }
                throw fault.toException();
            } catch (CallerGone gone) {
                attempt.end(frames.usageSoFar(), gone.deadlineExceeded() ? "HOP_DEADLINE_EXCEEDED" : "cancelled");
                throw gone;
            } catch (ReaderStalled stalled) {
                attempt.end(frames.usageSoFar(), "READER_STALLED");
                throw stalled;
            } catch (RuntimeException unexpected) {
                attempt.end(frames.usageSoFar(), "UNEXPECTED");
                throw unexpected;
            } finally {
                beat.cancel(false);
            }
        }
    }

    private static void beat(AnswerFrames frames) {
        try {
            frames.beat();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (CallerGone | ReaderStalled | IllegalStateException ended) {
            // The call has just ended; whoever runs it says so.
            return;
        }
    }

    private static void log(StreamCompletionRequest request, Engine engine, Fault fault) {
        LOG.atInfo()
                .addKeyValue("turn", request.getTurnId())
                .addKeyValue("model", request.getModel())
                .addKeyValue("engine", engine.name())
                .addKeyValue("reason", fault.reason())
                .addKeyValue("code", fault.code())
                .log("generation failed");
    }

    /** The attempt's rows: one begin, one end, none for calls that name no attempt. */
    private final class Recorded {
        private final Attempt attempt;
        private boolean open;

        Recorded(StreamCompletionRequest request, Engine engine, int number) {
            attempt = new Attempt(
                    request.getTurnId(),
                    CallContext.tenant().orElse(""),
                    request.getAttemptId(),
                    number,
                    engine.name(),
                    request.getModel());
            open = !request.getAttemptId().isEmpty();
            if (open) {
                ledger.started(attempt);
            }
        }

        void end(TokenUsage usage, String outcome) {
            if (open) {
                open = false;
                ledger.ended(attempt, usage, outcome);
            }
        }
    }
}
