package dev.millrace.testing;

import dev.millrace.rpc.Fault;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.rpc.Uuid7;
import dev.millrace.schema.completion.v1.Sensitivity;
import dev.millrace.schema.inference.v1.Clearance;
import dev.millrace.schema.inference.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.inference.v1.CreateEmbeddingsResponse;
import dev.millrace.schema.inference.v1.Embedding;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc.InferenceServiceBlockingStub;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

/** What every {@code InferenceService} promises of a model that embeds. */
public abstract class EmbeddingContract {
    static final Duration DEADLINE = Duration.ofSeconds(30);

    /** A channel to the service through its own interceptors. */
    protected abstract Channel channel();

    /** Whether a prompt must be cleared to leave before this service takes it. */
    protected abstract boolean needsClearance();

    /** A model that embeds. */
    protected abstract String embeddingModel();

    @Test
    protected void embeddingsHaveLengthOneAndKeepTheirOrder() {
        CreateEmbeddingsResponse both = embed("a mill grinds", "a river flows");
        CreateEmbeddingsResponse swapped = embed("a river flows", "a mill grinds");

        assertThat(both.getEmbeddingsList())
                .hasSize(2)
                .allSatisfy(vector -> assertThat(length(vector)).isCloseTo(1, within(1e-3)));
        assertThat(cosine(both.getEmbeddings(0), swapped.getEmbeddings(1))).isGreaterThan(0.999);
        assertThat(cosine(both.getEmbeddings(0), both.getEmbeddings(1))).isLessThan(0.999);
        assertThat(both.getSpace()).isNotEmpty().isEqualTo(swapped.getSpace());
        assertThat(both.getUsage().getInputTokens()).isPositive();
    }

    @Test
    protected void shorterEmbeddingsAreNormalisedAgain() {
        CreateEmbeddingsResponse shorter = stub().createEmbeddings(
                        embeddingRequest("a mill grinds").setDimensions(4).build());

        assertThat(shorter.getEmbeddings(0).getValuesCount()).isEqualTo(4);
        assertThat(length(shorter.getEmbeddings(0))).isCloseTo(1, within(1e-3));
        assertThat(shorter.getSpace()).isNotEqualTo(embed("a mill grinds").getSpace());
    }

    @Test
    protected void nothingToEmbedIsRefused() {
        assertCall(() -> stub().createEmbeddings(embeddingRequest().build()), Code.INVALID_ARGUMENT);
        assertCall(() -> stub().createEmbeddings(embeddingRequest("a", "").build()), Code.INVALID_ARGUMENT);
    }

    protected final InferenceServiceBlockingStub stub() {
        Metadata headers = new Metadata();
        headers.put(MetadataKeys.TENANT, "contract");
        headers.put(MetadataKeys.CLEARANCE, "decision-embed");
        return InferenceServiceGrpc.newBlockingStub(channel())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(DEADLINE);
    }

    static Clearance clearance(String turn) {
        return Clearance.newBuilder()
                .setMayLeave(true)
                .setDecisionId("decision-" + turn)
                .setLevel(Sensitivity.SENSITIVITY_PUBLIC)
                .build();
    }

    static void assertCall(ThrowingCallable call, Code code) {
        assertThatThrownBy(call)
                .satisfies(failure -> assertThat(Fault.of(failure).code()).isEqualTo(code));
    }

    private CreateEmbeddingsResponse embed(String... texts) {
        return stub().createEmbeddings(embeddingRequest(texts).build());
    }

    private CreateEmbeddingsRequest.Builder embeddingRequest(String... texts) {
        String turn = Uuid7.mint();
        CreateEmbeddingsRequest.Builder request = CreateEmbeddingsRequest.newBuilder()
                .addAllInputs(List.of(texts))
                .setModel(embeddingModel())
                .setTurnId(turn)
                .setAttemptId(turn + "/1");
        return needsClearance() ? request.setClearance(clearance("embed")) : request;
    }

    private static double length(Embedding vector) {
        return Math.sqrt(dot(vector, vector));
    }

    private static double cosine(Embedding one, Embedding other) {
        return dot(one, other) / (length(one) * length(other));
    }

    private static double dot(Embedding one, Embedding other) {
        double sum = 0;
        for (int i = 0; i < one.getValuesCount(); i++) {
            sum += (double) one.getValues(i) * other.getValues(i);
        }
        return sum;
    }
}
