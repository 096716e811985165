package dev.millrace.relay;

import java.io.IOException;

/** Turns texts into vectors at providers. */
public interface Embeddings {
    /** Runs the call to its end on this thread; the vectors have length one. */
    Outcome<EmbeddingAnswer> run(EmbeddingCall call, ProviderModel model, CallScope scope)
            throws IOException, InterruptedException;
}
