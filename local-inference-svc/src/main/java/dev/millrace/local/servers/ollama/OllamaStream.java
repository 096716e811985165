package dev.millrace.local.servers.ollama;

import dev.millrace.local.Answer;
import dev.millrace.local.Ending;
import dev.millrace.local.EngineFault;
import dev.millrace.local.Generation;
import dev.millrace.local.servers.FinishWords;
import dev.millrace.local.servers.Json;
import dev.millrace.local.servers.ServerFaults;
import dev.millrace.local.servers.ServerSpec;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.ToolCallFragment;
import dev.millrace.schema.completion.v1.UsageProvenance;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads an answer as lines of JSON, the last of which has the counts. One thread. */
final class OllamaStream {
    private final Generation generation;
    private final Answer answer;
    private final ServerSpec spec;
    private final ServerFaults faults;
    private boolean started;
    private int toolCalls;
    private long deltas;
    private @Nullable Json last;

    OllamaStream(Generation generation, Answer answer, ServerSpec spec, ServerFaults faults) {
        this.generation = generation;
        this.answer = answer;
        this.spec = spec;
        this.faults = faults;
    }

    /** One line; false once the answer is over. An error may come after any number of good lines. */
    boolean line(String line) throws EngineFault, IOException, InterruptedException {
        if (line.isBlank()) {
            return true;
        }
        Json chunk = Json.parse(line);
        if (chunk.get("error").isPresent()) {
            throw faults.ofStatus(spec, 500, line);
        }
        Json message = chunk.get("message");
        String thinking = message.get("thinking").text();
        if (!thinking.isEmpty()) {
            write(Delta.newBuilder().setReasoning(thinking));
        }
        String text = message.get("content").text();
        if (!text.isEmpty()) {
            write(Delta.newBuilder().setText(text));
        }
        for (Json call : message.get("tool_calls").items()) {
            write(Delta.newBuilder().setToolCall(fragment(call.get("function"))));
        }
        if (chunk.get("done").isTrue()) {
            last = chunk;
            return false;
        }
        return true;
    }

    /** Ollama names no ids; callers need one to answer a call. */
    private ToolCallFragment fragment(Json function) {
        int index = toolCalls++;
        return ToolCallFragment.newBuilder()
                .setIndex(index)
                .setId("call_" + index)
                .setName(function.get("name").text())
                .setArguments(function.get("arguments").write())
                .build();
    }

    private void write(Delta.Builder delta) throws InterruptedException {
        if (!started) {
            started = true;
            answer.started(OptionalLong.empty(), OllamaRequest.dropped(generation));
        }
        deltas++;
        answer.delta(delta.build());
    }

    /** The end; an answer without one was cut. */
    Ending ending() throws EngineFault {
        if (last == null) {
            throw faults.failed(spec, "the answer ended without saying so");
        }
        // Versions that give no reason say "done" alone: an end, of which nobody knows why.
        String told = last.get("done_reason").text();
        String reason = toolCalls > 0 ? "tool_calls" : told.isEmpty() ? "done" : told;
        OptionalLong output = last.get("eval_count").tokens();
        TokenUsage.Builder usage = TokenUsage.newBuilder()
                .setOutputTokens(output.orElse(deltas))
                .setProvenance(
                        output.isPresent()
                                ? UsageProvenance.USAGE_PROVENANCE_REPORTED
                                : UsageProvenance.USAGE_PROVENANCE_COUNTED);
        // Absent where the prompt came whole from the cache: unknown, not 0.
        last.get("prompt_eval_count").tokens().ifPresent(usage::setInputTokens);
        return new Ending(List.of(FinishWords.end(0, reason, generation.lengthCause())), usage.build());
    }
}
