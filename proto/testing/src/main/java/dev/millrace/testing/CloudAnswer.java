package dev.millrace.testing;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Writes one answer of the fake cloud, well or badly, as its script says. */
final class CloudAnswer {
    private static final Gson JSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
    private static final int ENDLESS = 1_000_000;
    private static final String LONG = "~".repeat(1_000);
    /** There are few different words, and hundreds of answers of thousands of them at once. */
    private static final Map<String, String> LENGTHENED = new ConcurrentHashMap<>();

    private final CloudConnection connection;
    private final CloudAttempt attempt;
    private final CloudScript script;
    private final JsonObject request;
    private final String model;

    CloudAnswer(CloudConnection connection, CloudAttempt attempt, CloudScript script) {
        this.connection = connection;
        this.attempt = attempt;
        this.script = script;
        this.request = attempt.json();
        this.model = attempt.model();
    }

    /** Plays the script for a chat; so many of this model came earlier, the first at {@code first}. */
    void chat(int earlier, Instant first) throws IOException, InterruptedException {
        switch (script.kind()) {
            case WORDS, LONG_WORDS, NO_USAGE, SLOW_WORDS, EMBEDDINGS, LATE_TOKEN -> whole(Ending.GOOD);
            case SLOW_START -> {
                if (!connection.pause(script.number())) {
                    whole(Ending.GOOD);
                }
            }
            case TOOL_CALL -> toolCall();
            case RATE_LIMITED_ONCE -> onceOr(earlier < 1, this::rateLimited);
            case FAILS_ONCE -> onceOr(earlier < script.number(), this::fails);
            case RESETS_ONCE -> onceOr(earlier < script.number(), this::reset);
            case OUTAGE -> {
                Instant recovery = first.plusSeconds(script.number());
                onceOr(attempt.time().isBefore(recovery), this::unavailable);
            }
            case NO_PREFILL -> onceOr(endsWithAnAssistant(), this::refusesPrefill);
            case RATE_LIMITED -> rateLimited();
            case FAILS -> fails();
            case UNAVAILABLE -> unavailable();
            case RESET -> reset();
            case SILENT -> connection.pause(Long.MAX_VALUE);
            case DIES_AFTER -> whole(Ending.CLOSE);
            case RESETS_AFTER -> whole(Ending.RESET);
            case STALLS_AFTER -> whole(Ending.STALL);
            case INVALID_JSON_AFTER -> whole(Ending.INVALID_JSON);
            case ERROR_AFTER -> whole(Ending.ERROR);
            case NO_DONE -> whole(Ending.NO_DONE);
            case NO_END -> whole(Ending.NO_END);
            case NO_FINISH -> whole(Ending.NO_FINISH);
            case CONTEXT_TOO_LONG ->
                error(400, "invalid_request_error", "context_length_exceeded", "maximum context length is 8 tokens");
            case CONTENT_FILTER -> error(400, "invalid_request_error", "content_filter", "the content was refused");
            case REJECTED -> error(422, "invalid_request_error", "unknown_parameter", "a parameter is not known");
            case KEY_REFUSED -> error(401, "invalid_request_error", "invalid_api_key", "the key is not valid");
            case KEY_FORBIDDEN -> error(403, "permission_error", "forbidden", "the key may not be used from here");
            case HTML -> connection.answer(200, "text/html", "<html><body>Welcome</body></html>");
            case HUGE_LINE -> {
                connection.beginStream();
                connection.chunk("data: " + "x".repeat(script.number()));
                connection.pause(Long.MAX_VALUE);
            }
        }
    }

    private void onceOr(boolean fault, Step step) throws IOException, InterruptedException {
        if (fault) {
            step.run();
        } else {
            whole(Ending.GOOD);
        }
    }

    private void rateLimited() throws IOException {
        connection.answer(
                429,
                "application/json",
                errorBody("rate_limit_error", "rate_limit_exceeded", "slow down"),
                "retry-after: " + script.number(),
                "x-ratelimit-remaining-requests: 0");
    }

    private void fails() throws IOException {
        error(500, "server_error", "internal", "it broke");
    }

    private void unavailable() throws IOException {
        error(503, "server_error", "overloaded", "try again later");
    }

    private boolean endsWithAnAssistant() {
        JsonArray messages = request.getAsJsonArray("messages");
        return messages.get(messages.size() - 1)
                .getAsJsonObject()
                .get("role")
                .getAsString()
                .equals("assistant");
    }

    private void refusesPrefill() throws IOException {
        error(400, "invalid_request_error", "prefill_unsupported", "the last message must be the user's");
    }

    void error(int status, String type, String code, String message) throws IOException {
        connection.answer(status, "application/json", errorBody(type, code, message));
    }

    private static String errorBody(String type, String code, String message) {
        return JSON.toJson(Map.of("error", Map.of("message", message, "type", type, "code", code)));
    }

    private void whole(Ending ending) throws IOException, InterruptedException {
        Plan plan = plan();
        if (isStream()) {
            stream(plan, ending);
        } else if (ending == Ending.GOOD) {
            attempt.countWord();
            JsonObject message = new JsonObject();
            message.addProperty("role", "assistant");
            message.addProperty("content", String.join("", plan.words));
            connection.answer(200, "application/json", completion(message, plan));
        } else {
            close();
        }
    }

    /** Ends first, so that the closing is not taken for the caller's. */
    private void close() throws IOException {
        attempt.end();
        connection.close();
    }

    private void reset() throws IOException {
        attempt.end();
        connection.reset();
    }

    private boolean isStream() {
        return request.has("stream") && request.get("stream").getAsBoolean();
    }

    private Plan plan() {
        int natural = switch (script.kind()) {
            case SLOW_WORDS -> ENDLESS;
            case SLOW_START, LATE_TOKEN, RATE_LIMITED_ONCE, FAILS_ONCE, RESETS_ONCE, OUTAGE, EMBEDDINGS -> 8;
            default -> script.number();
        };
        int most = Math.min(limit("max_tokens"), limit("max_completion_tokens"));
        List<String> words = new ArrayList<>();
        String text = "";
        for (int i = 0; i < Math.min(Math.min(natural, most), 100_000); i++) {
            words.add(word(i));
            if (!stops().isEmpty()) {
                text += FakeCloud.word(i);
                if (stops().stream().anyMatch(text::contains)) {
                    words.removeLast();
                    return new Plan(words, "stop");
                }
            }
        }
        return new Plan(words, most < natural ? "length" : "stop");
    }

    private String word(int index) {
        String word = FakeCloud.word(index);
        return script.kind() == CloudScript.Kind.LONG_WORDS
                ? LENGTHENED.computeIfAbsent(word, known -> known + LONG)
                : word;
    }

    private int limit(String key) {
        return request.has(key) && !request.get(key).isJsonNull()
                ? request.get(key).getAsInt()
                : ENDLESS;
    }

    private List<String> stops() {
        JsonElement stop = request.get("stop");
        if (stop == null || stop.isJsonNull()) {
            return List.of();
        }
        return stop.isJsonArray()
                ? stop.getAsJsonArray().asList().stream()
                        .map(JsonElement::getAsString)
                        .toList()
                : List.of(stop.getAsString());
    }

    private void stream(Plan plan, Ending ending) throws IOException, InterruptedException {
        connection.beginStream();
        event(chunk(Map.of("role", "assistant", "content", ""), null));
        if (script.kind() == CloudScript.Kind.LATE_TOKEN && connection.pause(script.number())) {
            return;
        }
        for (String word : plan.words) {
            word(word);
            if (script.kind() == CloudScript.Kind.SLOW_WORDS && connection.pause(script.number())) {
                return;
            }
        }
        switch (ending) {
            case GOOD -> finish(plan, true);
            case NO_DONE -> finish(plan, false);
            case NO_END -> {
                last(plan);
                connection.pause(Long.MAX_VALUE);
            }
            case NO_FINISH -> connection.endStream();
            case CLOSE -> close();
            case RESET -> reset();
            case STALL -> connection.pause(Long.MAX_VALUE);
            case INVALID_JSON -> {
                connection.chunk("data: {\"choices\": [{\"delta\n\n");
                for (int i = 0; i < plan.words.size(); i++) {
                    word(FakeCloud.word(plan.words.size() + i));
                }
                finish(plan, true);
            }
            case ERROR -> {
                connection.chunk("data: " + errorBody("server_error", "internal", "it broke") + "\n\n");
                connection.endStream();
            }
        }
    }

    private void word(String word) throws IOException {
        attempt.countWord();
        event(chunk(Map.of("content", word), null));
    }

    private void finish(Plan plan, boolean done) throws IOException {
        last(plan);
        if (done) {
            connection.chunk("data: [DONE]\n\n");
        }
        connection.endStream();
    }

    private void last(Plan plan) throws IOException {
        event(chunk(Map.of(), plan.finish));
        if (wantsUsage()) {
            Map<String, Object> last = envelope("chat.completion.chunk");
            last.put("choices", List.of());
            last.put("usage", usage(plan.words.size()));
            event(last);
        }
    }

    private boolean wantsUsage() {
        return script.kind() != CloudScript.Kind.NO_USAGE
                && request.has("stream_options")
                && request.getAsJsonObject("stream_options").has("include_usage");
    }

    private void toolCall() throws IOException {
        Map<String, Object> call = Map.of(
                "index", 0, "id", "call_1", "type", "function", "function", Map.of("name", "weather", "arguments", ""));
        Plan plan = new Plan(List.of("call"), "tool_calls");
        attempt.countWord();
        if (!isStream()) {
            JsonObject message = new JsonObject();
            message.addProperty("role", "assistant");
            message.add("content", JsonNull.INSTANCE);
            JsonArray calls = new JsonArray();
            calls.add(JSON.toJsonTree(Map.of(
                    "id",
                    "call_1",
                    "type",
                    "function",
                    "function",
                    Map.of("name", "weather", "arguments", "{\"city\":\"Köln\"}"))));
            message.add("tool_calls", calls);
            connection.answer(200, "application/json", completion(message, plan));
            return;
        }
        connection.beginStream();
        event(chunk(Map.of("role", "assistant", "tool_calls", List.of(call)), null));
        for (String fragment : List.of("{\"city\":", "\"Köln\"}")) {
            event(chunk(
                    Map.of("tool_calls", List.of(Map.of("index", 0, "function", Map.of("arguments", fragment)))),
                    null));
        }
        finish(plan, true);
    }

    private String completion(JsonObject message, Plan plan) {
        Map<String, Object> answer = envelope("chat.completion");
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("index", 0);
        choice.put("message", message);
        choice.put("finish_reason", plan.finish);
        answer.put("choices", List.of(choice));
        if (script.kind() != CloudScript.Kind.NO_USAGE) {
            answer.put("usage", usage(plan.words.size()));
        }
        return JSON.toJson(answer);
    }

    private Map<String, Object> chunk(Map<String, ?> delta, @Nullable String finish) {
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("index", 0);
        choice.put("delta", delta);
        choice.put("finish_reason", finish);
        Map<String, Object> chunk = envelope("chat.completion.chunk");
        chunk.put("choices", List.of(choice));
        return chunk;
    }

    private Map<String, Object> envelope(String object) {
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("id", "chatcmpl-fake");
        envelope.put("object", object);
        envelope.put("created", attempt.time().getEpochSecond());
        envelope.put("model", model);
        return envelope;
    }

    private Map<String, Object> usage(int words) {
        int prompt = FakeCloud.promptTokens(request);
        return Map.of("prompt_tokens", prompt, "completion_tokens", words, "total_tokens", prompt + words);
    }

    private void event(Map<String, Object> body) throws IOException {
        connection.chunk("data: " + JSON.toJson(body) + "\n\n");
    }

    /** How a stream ends. */
    private enum Ending {
        GOOD,
        NO_DONE,
        NO_END,
        NO_FINISH,
        CLOSE,
        RESET,
        STALL,
        INVALID_JSON,
        ERROR
    }

    /** What is said in the best case. */
    private record Plan(List<String> words, String finish) {}

    /** A part of an answer. */
    private interface Step {
        void run() throws IOException, InterruptedException;
    }
}
