package dev.millrace.local.embedded;

import com.google.common.base.Throwables;
import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.LlamaOutput;
import de.kherud.llama.ModelParameters;
import dev.millrace.local.Answer;
import dev.millrace.local.DroppedKeys;
import dev.millrace.local.Ending;
import dev.millrace.local.EngineFault;
import dev.millrace.local.Generation;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A model in memory, with a platform thread for each of its slots.
 *
 * <p>INVARIANT: the native iterator is driven by a slot's thread and never by a virtual one, which it would pin for whole
 * generations. The prompt cache is off: with it, an answer would depend on what ran in the slot before. The engine's own
 * worker thread outlives {@link #close} and keeps the JVM alive: the process ends by halting.
 */
final class LoadedModel implements AutoCloseable {
    /** Prompt tokens evaluated in one step; between steps other slots get their turn. */
    private static final int BATCH_TOKENS = 128;

    /**
     * Cells of the engine's cache for each token of the windows. A step needs neighbouring cells, and idle slots keep theirs
     * until they are used again: with one cell a token, long prompts fail once every slot has been filled.
     */
    private static final int CELLS_A_TOKEN = 2;

    private final EmbeddedConfig config;
    private final GgufHeader header;
    private final int contextLength;
    private final LlamaModel model;
    private final ExecutorService slots;

    private LoadedModel(EmbeddedConfig config, GgufHeader header, int contextLength, LlamaModel model) {
        this.config = config;
        this.header = header;
        this.contextLength = contextLength;
        this.model = model;
        this.slots = Executors.newFixedThreadPool(
                config.slots(),
                Thread.ofPlatform().daemon().name("llama-slot-", 0).factory());
    }

    /** Opens a file that {@link GgufHeader} has read. */
    static LoadedModel open(EmbeddedConfig config, Path file, GgufHeader header) throws IOException {
        int own = header.contextLength();
        int contextLength = config.contextLengthMax() == 0 ? own : Math.min(own, config.contextLengthMax());
        ModelParameters parameters = new ModelParameters()
                .setModel(file.toString())
                .setCtxSize(contextLength * config.slots() * CELLS_A_TOKEN)
                .setParallel(config.slots())
                .setThreads(config.threads())
                .setThreadsBatch(config.threads())
                .setBatchSize(BATCH_TOKENS)
                .disableContextShift()
                .disableLog();
        try {
            LlamaModel model = GraphRoom.spared(() -> new LlamaModel(parameters));
            return new LoadedModel(config, header, contextLength, model);
        } catch (RuntimeException refused) {
            throw new IOException(
                    "llama.cpp does not accept the model file (" + refused.getMessage()
                            + "). Choose another with local-inference.embedded.model-file",
                    refused);
        }
    }

    /** The conversation as the model reads it, and its tokens, which must leave room for one more. */
    Prompt prompt(Generation generation) throws EngineFault {
        String text = model.applyTemplate(ChatMessages.of(generation.messages()).parameters());
        int tokens = model.encode(text).length + (header.addsBos() ? 1 : 0);
        if (tokens >= contextLength) {
            throw EngineFault.contextTooLong(config.model(), tokens, contextLength);
        }
        return new Prompt(text, tokens);
    }

    /** Generates on a slot's thread, while the calling one waits. */
    Ending generate(Generation generation, Answer answer) throws EngineFault, InterruptedException {
        Prompt prompt = prompt(generation);
        Future<Ending> ending = slots.submit(() -> run(generation, prompt, answer));
        try {
            return ending.get();
        } catch (ExecutionException failure) {
            Throwable cause = Objects.requireNonNullElse(failure.getCause(), failure);
            if (cause instanceof EngineFault fault) {
                throw fault;
            }
            if (cause instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            // The caller's departure among others: it travels through the engine untouched.
            Throwables.throwIfUnchecked(cause);
            throw new IllegalStateException(cause);
        }
    }

    private Ending run(Generation generation, Prompt prompt, Answer answer) throws EngineFault, InterruptedException {
        long room = (long) contextLength - prompt.tokens();
        long limit = Math.min(generation.outputTokensMax(), room);
        Progress progress = new Progress(prompt, limit, dropped(generation));
        LlamaIterator outputs = begin(parameters(generation, prompt, limit));
        try {
            while (outputs.hasNext() && !answer.isCancelled()) {
                progress.add(next(outputs), outputs.hasNext(), answer);
            }
        } finally {
            // Frees the slot in the middle of an answer; the caller's departure arrives here as an exception or a flag.
            if (outputs.hasNext()) {
                outputs.cancel();
            }
        }
        return progress.ending(limit == room && room < generation.outputTokensMax(), generation.lengthCause());
    }

    /** The engine is given texts, and takes no parameters but those that are modelled. */
    private static List<String> dropped(Generation generation) {
        List<String> dropped = new ArrayList<>(generation.extraParameterNames());
        dropped.addAll(DroppedKeys.of(generation, Set.of()));
        return dropped;
    }

    private LlamaIterator begin(InferenceParameters parameters) throws EngineFault {
        try {
            return model.generate(parameters).iterator();
        } catch (RuntimeException failure) {
            throw failed(failure);
        }
    }

    private static LlamaOutput next(LlamaIterator outputs) throws EngineFault {
        try {
            return outputs.next();
        } catch (RuntimeException failure) {
            throw failed(failure);
        }
    }

    /** The library's exception type is not public, so whatever its calls throw is taken for it. */
    private static EngineFault failed(RuntimeException failure) {
        return new EngineFault(EngineFault.Kind.FAILED, "the embedded engine failed: " + failure.getMessage())
                .with("detail", String.valueOf(failure.getMessage()));
    }

    private InferenceParameters parameters(Generation generation, Prompt prompt, long limit) {
        SamplingParameters sampling = generation.sampling();
        InferenceParameters parameters = new InferenceParameters(prompt.text())
                .setUseChatTemplate(false)
                .setCachePrompt(false)
                .setNPredict((int) limit)
                .setTemperature(
                        (float) (sampling.hasTemperature() ? sampling.getTemperature() : config.defaultTemperature()));
        if (sampling.hasTopP()) {
            parameters.setTopP((float) sampling.getTopP());
        }
        if (sampling.hasTopK()) {
            parameters.setTopK(sampling.getTopK());
        }
        if (sampling.hasMinP()) {
            parameters.setMinP((float) sampling.getMinP());
        }
        if (sampling.hasSeed()) {
            parameters.setSeed(nativeSeed(sampling.getSeed()));
        }
        if (sampling.hasFrequencyPenalty()) {
            parameters.setFrequencyPenalty((float) sampling.getFrequencyPenalty());
        }
        if (sampling.hasPresencePenalty()) {
            parameters.setPresencePenalty((float) sampling.getPresencePenalty());
        }
        if (sampling.getStopCount() > 0) {
            parameters.setStopStrings(sampling.getStopList().toArray(String[]::new));
        }
        return parameters;
    }

    /** Small seeds stay what they are; the sign bit is left out because the engine reads -1 as "random". */
    private static int nativeSeed(long seed) {
        return (int) (seed ^ seed >>> 32) & Integer.MAX_VALUE;
    }

    int contextLength() {
        return contextLength;
    }

    @Override
    public void close() {
        slots.shutdown();
        model.close();
    }

    /** A rendered conversation. */
    record Prompt(String text, int tokens) {}

    /** One answer as it grows. */
    private final class Progress {
        private final Prompt prompt;
        private final long limit;
        private final List<String> dropped;
        private final StringBuilder written = new StringBuilder();
        private long outputs;
        private boolean started;
        private boolean endedByToken;

        Progress(Prompt prompt, long limit, List<String> dropped) {
            this.dropped = dropped;
            this.prompt = prompt;
            this.limit = limit;
        }

        /** The engine gives one output a token and a last one at the end; the token that ends an answer has no text. */
        void add(LlamaOutput output, boolean isToken, Answer answer) throws InterruptedException {
            if (isToken) {
                outputs++;
                endedByToken = output.text.isEmpty();
            }
            if (!started) {
                started = true;
                answer.started(OptionalLong.of(prompt.tokens()), dropped);
            }
            if (!output.text.isEmpty()) {
                written.append(output.text);
                answer.delta(Delta.newBuilder()
                        .setText(output.text)
                        .setOutputTokens(outputs)
                        .build());
            }
        }

        Ending ending(boolean windowIsTheLimit, LengthCause cause) {
            boolean cut = tokens() >= limit && !endedByToken;
            ChoiceEnd.Builder end = ChoiceEnd.newBuilder()
                    .setFinishReason(cut ? FinishReason.FINISH_REASON_LENGTH : FinishReason.FINISH_REASON_STOP)
                    .setBackendFinishReason(cut ? "limit" : "stop");
            if (cut) {
                end.setLengthCause(windowIsTheLimit ? LengthCause.LENGTH_CAUSE_CONTEXT_WINDOW : cause);
            }
            TokenUsage usage = TokenUsage.newBuilder()
                    .setInputTokens(prompt.tokens())
                    .setOutputTokens(tokens())
                    .setCachedInputTokens(0)
                    .setProvenance(UsageProvenance.USAGE_PROVENANCE_COUNTED)
                    .build();
            return new Ending(List.of(end.build()), usage);
        }

        /** Characters made of several byte tokens come as one output: there, the tokenizer's count is the better one. */
        private long tokens() {
            int bytes = written.toString().getBytes(StandardCharsets.UTF_8).length;
            return bytes == written.length() ? outputs : Math.max(outputs, model.encode(written.toString()).length);
        }
    }
}
