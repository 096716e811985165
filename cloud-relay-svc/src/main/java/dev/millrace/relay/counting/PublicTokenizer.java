package dev.millrace.relay.counting;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.millrace.relay.TokenCounter;
import java.util.concurrent.CompletableFuture;

/**
 * Counts as GPT-4 does; close enough for other models to bound an answer or to price one that was cut. Its vocabulary is
 * read in the background when this is made; a count before that waits for it.
 */
public final class PublicTokenizer implements TokenCounter {
    private final CompletableFuture<Encoding> encoding = new CompletableFuture<>();

    public PublicTokenizer() {
        Thread.ofPlatform().daemon().name("tokenizer").start(this::load);
    }

    private void load() {
        try {
            encoding.complete(Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE));
        } catch (RuntimeException unreadable) {
            encoding.completeExceptionally(unreadable);
        }
    }

    @Override
    public long count(CharSequence text) {
        return encoding.join().countTokensOrdinary(text.toString());
    }
}
