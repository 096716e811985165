package dev.millrace.local.grpc;

import dev.millrace.local.Admission;
import dev.millrace.local.AttemptLedger;
import dev.millrace.local.AttemptLedger.Attempt;
import dev.millrace.local.Engine;
import dev.millrace.local.EngineFault;
import dev.millrace.local.Node;
import dev.millrace.local.Node.Place;
import dev.millrace.local.Slot;
import dev.millrace.local.Ticket;
import dev.millrace.local.Vectors;
import dev.millrace.rpc.CallContext;
import dev.millrace.rpc.Deadlines;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.schema.inference.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.inference.v1.CreateEmbeddingsResponse;
import dev.millrace.schema.inference.v1.Embedding;
import dev.millrace.schema.inference.v1.InferenceErrorReason;
import dev.millrace.telemetry.Step;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** The way of texts to vectors: check, find the model, wait for a slot, run, shorten. */
final class Embeddings {
    private final Node node;
    private final AttemptLedger ledger;

    Embeddings(Node node, AttemptLedger ledger) {
        this.node = node;
        this.ledger = ledger;
    }

    /** Runs on the call's own virtual thread; its failures are statuses. */
    CreateEmbeddingsResponse create(CreateEmbeddingsRequest request) {
        RequestCheck.checkEmbeddings(request);
        try {
            Place place = node.find(request.getModel()).orElseThrow(() -> EngineFault.notHere(request.getModel()));
            if (!place.model().abilities().embeddings()) {
                throw EngineFault.unsupported(request.getModel(), "embeddings");
            }
            if (!place.model().isUsable()) {
                throw new EngineFault(
                        EngineFault.Kind.UNREACHABLE, place.model().stateDetail());
            }
            try (Slot slot = slot(place, request.getModel())) {
                return create(request, slot.engine());
            }
        } catch (EngineFault failure) {
            throw Faults.ofGeneration(failure, 0).toException();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withDescription("interrupted").asRuntimeException();
        }
    }

    private static Slot slot(Place place, String model) throws InterruptedException {
        return switch (place.pool().admit(place.engines(), false, false)) {
            case Admission.Granted granted -> granted.slot();
            case Admission.Queued queued -> await(queued.ticket());
            case Admission.Refused refused -> throw Faults.of(refused, model).toException();
        };
    }

    private static Slot await(Ticket ticket) throws InterruptedException {
        Context.CancellationListener cancel = context -> ticket.cancel();
        Context.current().addListener(cancel, Runnable::run);
        try (ticket) {
            Optional<Slot> slot = ticket.await(Deadlines.remaining(Deadlines.current()));
            return slot.orElseThrow(() -> Faults.fault(
                            Code.DEADLINE_EXCEEDED,
                            InferenceErrorReason.INFERENCE_ERROR_REASON_HOP_DEADLINE_EXCEEDED,
                            "no slot was free in time")
                    .with("hop", Faults.SERVICE)
                    .toException());
        } finally {
            Context.current().removeListener(cancel);
        }
    }

    private CreateEmbeddingsResponse create(CreateEmbeddingsRequest request, Engine engine)
            throws EngineFault, InterruptedException {
        Attempt attempt = new Attempt(
                request.getTurnId(),
                CallContext.tenant().orElse(""),
                request.getAttemptId(),
                1,
                engine.name(),
                request.getModel());
        boolean recorded = !request.getAttemptId().isEmpty();
        if (recorded) {
            ledger.started(attempt);
        }
        TokenUsage usage = TokenUsage.getDefaultInstance();
        String outcome = "UNEXPECTED";
        try (Step step = Step.call("embed")) {
            step.tag("millrace.engine", engine.name());
            Vectors vectors = engine.embed(request.getModel(), request.getInputsList(), Context.current()::isCancelled);
            usage = usage(vectors);
            CreateEmbeddingsResponse response = write(vectors, request, usage);
            outcome = "completed";
            return response;
        } catch (EngineFault failure) {
            Fault fault = Faults.ofGeneration(failure, 0);
            outcome = fault.reason();
            throw failure;
        } catch (CancellationException gone) {
            outcome = "cancelled";
            throw gone;
        } finally {
            if (recorded) {
                ledger.ended(attempt, usage, outcome);
            }
        }
    }

    private static TokenUsage usage(Vectors vectors) {
        TokenUsage.Builder usage = TokenUsage.newBuilder().setOutputTokens(0);
        vectors.inputTokens()
                .ifPresentOrElse(
                        tokens -> usage.setInputTokens(tokens).setProvenance(UsageProvenance.USAGE_PROVENANCE_REPORTED),
                        () -> usage.setProvenance(UsageProvenance.USAGE_PROVENANCE_UNSPECIFIED));
        return usage.build();
    }

    private static CreateEmbeddingsResponse write(Vectors vectors, CreateEmbeddingsRequest request, TokenUsage usage) {
        CreateEmbeddingsResponse.Builder response = CreateEmbeddingsResponse.newBuilder()
                .setModel(request.getModel())
                .setUsage(usage);
        int length = 0;
        for (float[] vector : vectors.vectors()) {
            int wanted = request.hasDimensions() ? request.getDimensions() : vector.length;
            if (wanted > vector.length) {
                throw Faults.fieldInvalid(
                                "dimensions",
                                "dimensions: " + wanted + " (expected: at most " + vector.length + " for "
                                        + request.getModel() + ")")
                        .toException();
            }
            length = wanted;
            Embedding.Builder embedding = Embedding.newBuilder();
            for (float component : Vectors.normalised(vector, wanted)) {
                embedding.addValues(component);
            }
            response.addEmbeddings(embedding);
        }
        return response.setSpace(vectors.space() + "/" + length).build();
    }
}
