package dev.millrace.local.servers.openai;

import dev.millrace.local.Answer;
import dev.millrace.local.Ending;
import dev.millrace.local.EngineFault;
import dev.millrace.local.Generation;
import dev.millrace.local.servers.FinishWords;
import dev.millrace.local.servers.Json;
import dev.millrace.local.servers.ServerFaults;
import dev.millrace.local.servers.ServerSpec;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.ToolCallFragment;
import dev.millrace.schema.completion.v1.UsageProvenance;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** Reads an answer as server-sent events and hands its pieces over. One thread. */
final class ChatStream {
    private static final String DATA = "data:";
    /** Reasons that say that an answer was given up, and not that it is whole. */
    private static final Set<String> GIVEN_UP = Set.of("error", "abort");
    /** Far more than any tokenizer puts into a token. */
    private static final long TOKEN_BYTES_MAX = 64;
    /** The same with log probabilities: the names and figures of up to 20 other tokens. */
    private static final long TOKEN_BYTES_WITH_LOGPROBS_MAX = 4 << 10;
    /** Room for short answers, and for lines that say nothing. */
    private static final long BYTES_SPARE = 1 << 20;

    private static final long LINE_BYTES = 16;

    private final Generation generation;
    private final Answer answer;
    private final ServerSpec spec;
    private final ServerFaults faults;
    private final List<String> dropped;
    private final Map<Integer, ChoiceEnd> ends = new TreeMap<>();
    private Json usage = new Json(null);
    private final BitSet begun = new BitSet();
    private final int asked;
    private final boolean logprobs;
    private long bytesLeft;
    private boolean started;
    private boolean done;
    private long deltas;

    /** @param dropped what of the generation the engine was not given */
    ChatStream(Generation generation, List<String> dropped, Answer answer, ServerSpec spec, ServerFaults faults) {
        this.generation = generation;
        this.dropped = dropped;
        this.answer = answer;
        this.spec = spec;
        this.faults = faults;
        asked = Math.max(1, generation.sampling().getChoiceCount());
        logprobs = generation.extraParameterNames().contains("logprobs");
        bytesLeft = BYTES_SPARE
                + asked * generation.outputTokensMax() * (logprobs ? TOKEN_BYTES_WITH_LOGPROBS_MAX : TOKEN_BYTES_MAX);
    }

    /** One line; false once the answer is over. */
    boolean line(String line) throws EngineFault, InterruptedException {
        bytesLeft -= LINE_BYTES;
        if (bytesLeft < 0) {
            cut();
            return false;
        }
        if (!line.startsWith(DATA)) {
            return true;
        }
        String data = line.substring(DATA.length()).strip();
        if (data.equals("[DONE]")) {
            done = true;
            return false;
        }
        Json chunk = chunk(data);
        Json error = ServerFaults.error(chunk);
        if (error.isPresent()) {
            throw faults.ofStream(spec, error.get("message").text());
        }
        if (chunk.get("usage").isPresent()) {
            usage = chunk.get("usage");
        }
        for (Json choice : chunk.get("choices").items()) {
            choice(choice);
        }
        return true;
    }

    /** What cannot be read is not quoted: it may hold the answer, or the prompt. */
    private Json chunk(String data) throws EngineFault {
        try {
            return Json.parse(data);
        } catch (IOException unreadable) {
            throw faults.failed(
                    spec, "it sent an event that is not valid JSON of at most " + Json.DEPTH_MAX + " levels");
        }
    }

    /** Not everything that an engine may send for ever holds tokens: what has used up its bytes has reached its limit. */
    private void cut() {
        for (int choice = 0; choice < asked; choice++) {
            ends.putIfAbsent(choice, FinishWords.end(choice, "length", generation.lengthCause()));
        }
        done = true;
    }

    private void choice(Json choice) throws EngineFault, InterruptedException {
        int index = index(choice);
        begun.set(index);
        Json delta = choice.get("delta");
        boolean tells = logprobs && choice.get("logprobs").isPresent();
        requireText(delta.get("content"));
        text(index, delta.get("content").text(), tells ? choice.get("logprobs").write() : "");
        String reasoning =
                delta.get("reasoning_content").text() + delta.get("reasoning").text();
        if (!reasoning.isEmpty()) {
            write(Delta.newBuilder().setChoiceIndex(index).setReasoning(reasoning));
        }
        if (!delta.get("refusal").text().isEmpty()) {
            write(Delta.newBuilder()
                    .setChoiceIndex(index)
                    .setRefusal(delta.get("refusal").text()));
        }
        for (Json call : delta.get("tool_calls").items()) {
            write(Delta.newBuilder().setChoiceIndex(index).setToolCall(fragment(call)));
        }
        String finish = choice.get("finish_reason").text();
        if (GIVEN_UP.contains(finish)) {
            throw faults.failed(spec, "the answer was given up (finish_reason " + finish + ")");
        }
        if (!finish.isEmpty()) {
            ends.put(index, FinishWords.end(index, finish, generation.lengthCause()));
        }
    }

    /** What is left out here would be missing in an answer that looks whole. */
    private void requireText(Json content) throws EngineFault {
        if (content.isPresent() && !content.isText()) {
            throw faults.failed(spec, "it sent content that is neither text nor null");
        }
    }

    private int index(Json choice) throws EngineFault {
        long index = choice.get("index").number().orElse(0);
        if (index < 0 || index >= asked) {
            throw faults.failed(spec, "a choice has the index " + index + " (expected: 0 to " + (asked - 1) + ")");
        }
        return (int) index;
    }

    private void text(int index, String text, String logprobsJson) throws InterruptedException {
        if (!text.isEmpty() || !logprobsJson.isEmpty()) {
            Delta.Builder delta = Delta.newBuilder().setChoiceIndex(index).setLogprobsJson(logprobsJson);
            write(text.isEmpty() ? delta : delta.setText(text));
        }
    }

    private static ToolCallFragment fragment(Json call) {
        return ToolCallFragment.newBuilder()
                .setIndex((int) call.get("index").number().orElse(0))
                .setId(call.get("id").text())
                .setName(call.get("function").get("name").text())
                .setArguments(call.get("function").get("arguments").text())
                .build();
    }

    private void write(Delta.Builder delta) throws InterruptedException {
        if (!started) {
            started = true;
            answer.started(OptionalLong.empty(), dropped);
        }
        deltas++;
        Delta piece = delta.build();
        bytesLeft -= piece.getSerializedSize();
        answer.delta(piece);
    }

    /**
     * The end. An answer without one was cut, and so was one of which any choice lacks its end: one that began, or, unless
     * the engine closed the stream as it should, one that was asked for and never came.
     */
    Ending ending() throws EngineFault {
        if (!done) {
            begun.set(0, asked);
        }
        boolean whole = !ends.isEmpty() && begun.stream().allMatch(ends::containsKey);
        if (!whole) {
            throw faults.failed(
                    spec,
                    asked > 1
                            ? "the stream ended with " + ends.size() + " of " + asked + " choices at their end"
                            : "the answer ended without saying so");
        }
        return new Ending(List.copyOf(ends.values()), usage());
    }

    /** Some servers put noughts into every event: where there is text, an answer of no tokens is no report. */
    private TokenUsage usage() {
        OptionalLong output = usage.get("completion_tokens").tokens();
        if (output.isEmpty() || (output.getAsLong() == 0 && deltas > 0)) {
            TokenUsage.Builder counted = TokenUsage.newBuilder().setOutputTokens(deltas);
            promptTokens().ifPresent(counted::setInputTokens);
            return counted.setProvenance(UsageProvenance.USAGE_PROVENANCE_COUNTED)
                    .build();
        }
        TokenUsage.Builder reported = TokenUsage.newBuilder().setOutputTokens(output.getAsLong());
        promptTokens().ifPresent(reported::setInputTokens);
        usage.get("prompt_tokens_details").get("cached_tokens").tokens().ifPresent(reported::setCachedInputTokens);
        usage.get("completion_tokens_details").get("reasoning_tokens").tokens().ifPresent(reported::setReasoningTokens);
        return reported.setProvenance(UsageProvenance.USAGE_PROVENANCE_REPORTED).build();
    }

    /** No prompt has none: a nought is no report either. */
    private OptionalLong promptTokens() {
        OptionalLong told = usage.get("prompt_tokens").tokens();
        return told.orElse(0) > 0 ? told : OptionalLong.empty();
    }
}
