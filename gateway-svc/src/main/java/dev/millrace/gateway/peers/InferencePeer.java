package dev.millrace.gateway.peers;

import dev.millrace.gateway.Backend;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.Verdict;
import dev.millrace.rpc.BlockingStreamReader;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.completion.v1.Sensitivity;
import dev.millrace.schema.inference.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.inference.v1.CreateEmbeddingsResponse;
import dev.millrace.schema.inference.v1.Embedding;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.Priority;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;

/** Runs attempts on one backend: local-inference or cloud-relay, which differ in their channel only. */
public final class InferencePeer implements Backend {

    private final Channel channel;
    private final Target target;

    /** The channel stays the caller's to close. */
    public InferencePeer(Channel channel, Target target) {
        this.channel = channel;
        this.target = target;
    }

    @Override
    public Stream open(Call call) {
        Metadata headers = headers(call.request().caller().tenant(), call.turnId(), call.model(), call.clearance());
        headers.put(MetadataKeys.ATTEMPTS_LEFT, Integer.toString(call.attemptsLeft()));
        return new FrameStream(BlockingStreamReader.open(
                channel,
                InferenceServiceGrpc.getStreamCompletionMethod(),
                CallOptions.DEFAULT.withDeadline(call.deadline()),
                headers,
                request(call)));
    }

    private StreamCompletionRequest request(Call call) {
        TurnRequest turn = call.request();
        StreamCompletionRequest.Builder request = StreamCompletionRequest.newBuilder()
                .setAttemptId(call.attemptId())
                .setTurnId(call.turnId())
                .addAllMessages(turn.messages())
                .setModel(call.model())
                .setSampling(turn.sampling())
                .addAllTools(turn.tools())
                .setExtraParametersJson(turn.extraParametersJson())
                .setClearance(wire(call.clearance()))
                .setMayOverflow(call.mayOverflow())
                .setPriority(Priority.PRIORITY_INTERACTIVE)
                .setEndUser(turn.endUser())
                .setBegun(call.begun());
        turn.toolChoice().ifPresent(request::setToolChoice);
        turn.responseFormat().ifPresent(request::setResponseFormat);
        call.outputTokenLimit().ifPresent(request::setOutputTokenLimit);
        call.estimatedInputTokens().ifPresent(request::setEstimatedInputTokens);
        call.firstTokenLimit()
                .ifPresent(limit -> request.setFirstTokenLimit(WireTimes.toWire(limit.span()))
                        .setFirstTokenLimitLongest(limit.longest()));
        return request.build();
    }

    @Override
    public Embedded embed(EmbedCall call) {
        CreateEmbeddingsRequest.Builder request = CreateEmbeddingsRequest.newBuilder()
                .addAllInputs(call.inputs())
                .setModel(call.model())
                .setClearance(wire(call.clearance()))
                .setAttemptId(call.attemptId())
                .setTurnId(call.turnId());
        call.dimensions().ifPresent(request::setDimensions);
        Metadata headers = headers(call.caller().tenant(), call.turnId(), call.model(), call.clearance());
        try {
            CreateEmbeddingsResponse response = stub(call.deadline(), headers).createEmbeddings(request.build());
            return new Vectors(
                    response.getEmbeddingsList().stream()
                            .map(InferencePeer::vector)
                            .toList(),
                    response.getSpace(),
                    response.getModel(),
                    response.getUsage());
        } catch (StatusRuntimeException failure) {
            return new Failed(Fault.of(failure));
        }
    }

    private static float[] vector(Embedding wire) {
        float[] vector = new float[wire.getValuesCount()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = wire.getValues(i);
        }
        return vector;
    }

    private InferenceServiceGrpc.InferenceServiceBlockingStub stub(Deadline deadline, Metadata headers) {
        return InferenceServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadline(deadline);
    }

    private Metadata headers(String tenant, String turnId, String model, Clearance clearance) {
        Metadata headers = new Metadata();
        headers.put(MetadataKeys.TENANT, tenant);
        headers.put(MetadataKeys.TURN, turnId);
        headers.put(MetadataKeys.MODEL, model);
        if (target == Target.CLOUD && clearance.mayLeave()) {
            headers.put(MetadataKeys.CLEARANCE, clearance.decisionId());
        }
        return headers;
    }

    private dev.millrace.schema.inference.v1.Clearance wire(Clearance clearance) {
        if (target == Target.LOCAL || !clearance.mayLeave()) {
            return dev.millrace.schema.inference.v1.Clearance.getDefaultInstance();
        }
        return dev.millrace.schema.inference.v1.Clearance.newBuilder()
                .setMayLeave(true)
                .setDecisionId(clearance.decisionId())
                .setLevel(level(clearance.level()))
                .build();
    }

    private static Sensitivity level(Verdict.Sensitivity level) {
        return switch (level) {
            case PUBLIC -> Sensitivity.SENSITIVITY_PUBLIC;
            case INTERNAL -> Sensitivity.SENSITIVITY_INTERNAL;
            case SENSITIVE -> Sensitivity.SENSITIVITY_SENSITIVE;
        };
    }
}
