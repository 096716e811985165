package dev.millrace.relay;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What providers speak: the shape of requests, of streamed answers and of errors. */
public interface WireFormat {
    /** The request for a streamed answer. */
    Written completion(CompletionCall call, ProviderModel model) throws UnfitRequest;

    /** Reads a streamed answer piece by piece. */
    AnswerReader answer(Upstream.Body body);

    /** The models in a provider's list. */
    List<ListedModel> readModels(InputStream body) throws IOException;

    /** The request for vectors. */
    byte[] embeddings(EmbeddingCall call, ProviderModel model);

    /** The vectors of an answer. */
    EmbeddingAnswer readEmbeddings(InputStream body, int expected) throws IOException;

    /** What a status other than 2xx means; {@code body} is its text, cut to a bound. */
    Failure refusal(ProviderModel model, int status, byte[] body, Optional<Duration> retryAfter);

    /** What an error inside a stream means. */
    Failure refusal(ProviderModel model, UpstreamEvent.Fault fault);

    /**
     * A request as text.
     *
     * @param dropped parameters that the provider does not take and that were left out
     * @param logprobs whether it asks for log probabilities
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes that are handed over, never compared
    record Written(byte[] body, List<String> dropped, boolean logprobs) {}

    /** Reads events until the end of the body. */
    interface AnswerReader {
        /**
         * The next event; {@link UpstreamEvent.EndOfBody} when there is no more; null while the rest of it has not come yet.
         *
         * @throws Malformed when the answer breaks the format or a limit
         */
        @Nullable
        UpstreamEvent next() throws IOException;

        /** How much has come of an event whose end has not: bytes. */
        int begunBytes();
    }

    /** The provider sent what cannot be understood, or too much of it. */
    final class Malformed extends IOException {
        public Malformed(String cause) {
            super(cause);
        }
    }

    /** A field of the request cannot be written. */
    final class UnfitRequest extends Exception {
        private final String field;

        public UnfitRequest(String field, String message) {
            super(message);
            this.field = field;
        }

        public String field() {
            return field;
        }
    }
}
