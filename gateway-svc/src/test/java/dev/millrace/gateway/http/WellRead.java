package dev.millrace.gateway.http;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnSink.CallerGone;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.Started;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.Tool;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A backend that knows what LangChain4j's tests ask, obeys limits and stops, calls the tools that it is given, and answers in
 * JSON where it is asked to. Every word that it says, and every call's arguments, depend on what arrived.
 */
final class WellRead implements ScriptedTurns.Script {
    private static final Pattern FAVOURITE = Pattern.compile("favorite color is (\\w+)");
    private static final int STORY_WORDS = 5_000;

    @Override
    public void run(TurnRequest request, ScriptedTurns.Numbered sink) throws CallerGone {
        sink.take(Events.decided(named(request.model())));
        sink.take(new TurnEvent.Begun(Started.newBuilder()
                .setModel(request.model())
                .setEngine("embedded")
                .setAttempt(1)
                .build()));
        List<Tool> calls = calls(request);
        if (calls.isEmpty()) {
            say(request, sink);
        } else {
            for (int i = 0; i < calls.size(); i++) {
                call(i, calls.get(i), request, sink);
            }
            end(sink, FinishReason.FINISH_REASON_TOOL_CALLS, 5);
        }
    }

    private static Candidate named(String model) {
        return new Candidate(
                Events.LOCAL.target(),
                Events.LOCAL.engine(),
                model,
                Events.LOCAL.reasons(),
                false,
                Events.LOCAL.estimatedCostNanoUsd(),
                Events.LOCAL.estimatedFirstToken(),
                Events.LOCAL.confidence());
    }

    // ---- Tools ----

    private static List<Tool> calls(TurnRequest request) {
        if (request.messages().getLast().getRole() == Role.ROLE_TOOL) {
            return List.of();
        }
        return request.tools().stream()
                .filter(tool -> isCalledFor(tool, request))
                .toList();
    }

    /** The weather for whoever names Munich, and whatever else when it is the only tool or its subject is named. */
    private static boolean isCalledFor(Tool tool, TurnRequest request) {
        String prompt = lastText(request);
        String subject = tool.getName().replaceFirst("^get", "").toLowerCase(Locale.ROOT);
        return tool.getName().equals("getWeather")
                ? prompt.contains("Munich")
                : prompt.contains(subject) || request.tools().size() == 1;
    }

    private static void call(int index, Tool tool, TurnRequest request, ScriptedTurns.Numbered sink) throws CallerGone {
        String id = "call_" + index;
        String key = tool.getJsonSchema().contains("\"city\"")
                ? "city"
                : tool.getJsonSchema().contains("\"country\"") ? "country" : "";
        if (key.isEmpty()) {
            sink.take(Events.toolCall(index, id, tool.getName(), "{}"));
            return;
        }
        String value = key.equals("city") ? "Munich" : "France";
        if (!lastText(request).contains(value)) {
            throw new AssertionError("nobody asked about " + value);
        }
        sink.take(Events.toolCall(index, id, tool.getName(), ""));
        sink.take(Events.toolCall(index, "", "", "{\"" + key + "\":"));
        sink.take(Events.toolCall(index, "", "", "\"" + value + "\"}"));
    }

    // ---- Words ----

    private static void say(TurnRequest request, ScriptedTurns.Numbered sink) throws CallerGone {
        String text = answer(request);
        for (String stop : request.sampling().getStopList()) {
            int at = text.indexOf(stop);
            text = at < 0 ? text : text.substring(0, at);
        }
        List<String> words = List.of(text.split("(?<= )", -1));
        int most = request.sampling().hasMaxOutputTokens()
                ? (int) Math.min(words.size(), request.sampling().getMaxOutputTokens())
                : words.size();
        for (String word : words.subList(0, most)) {
            sink.take(Events.text(word));
        }
        boolean cut = most < words.size();
        end(sink, cut ? FinishReason.FINISH_REASON_LENGTH : FinishReason.FINISH_REASON_STOP, most);
    }

    private static String answer(TurnRequest request) {
        String prompt = lastText(request);
        boolean json = request.responseFormat().isPresent();
        if (request.messages().getLast().getRole() == Role.ROLE_TOOL) {
            String results = toolResults(request);
            return json ? "{\"weather\": \"" + results + "\"}" : "The tools say: " + results;
        }
        if (prompt.contains("capital of Germany")) {
            return json ? "{\"city\": \"Berlin\"}" : "The capital of Germany is Berlin and the sum is 4";
        }
        if (prompt.contains("Translate")) {
            return allText(request).contains("into German") ? "Ich liebe dich" : "I love you";
        }
        if (prompt.contains("Hello World")) {
            return "Hello World";
        }
        if (prompt.contains("long story")) {
            return IntStream.range(0, STORY_WORDS).mapToObj(i -> "animal ").collect(Collectors.joining());
        }
        if (prompt.contains("favorite color")) {
            Matcher favourite = FAVOURITE.matcher(allText(request));
            return favourite.find() ? "It is " + favourite.group(1) : "You never told me";
        }
        return pictures(request).map(pictures -> "I see " + pictures).orElse("I do not know");
    }

    private static String toolResults(TurnRequest request) {
        return request.messages().stream()
                .filter(message -> message.getRole() == Role.ROLE_TOOL)
                .map(WellRead::text)
                .collect(Collectors.joining(" and "));
    }

    /** The first picture of LangChain4j's tests shows a cat, the second dice. */
    private static Optional<String> pictures(TurnRequest request) {
        long pictures = request.messages().getLast().getPartsList().stream()
                .filter(ContentPart::hasImage)
                .count();
        return pictures == 0 ? Optional.empty() : Optional.of(pictures == 1 ? "a cat" : "a cat and dice");
    }

    private static String lastText(TurnRequest request) {
        return text(request.messages().getLast());
    }

    private static String allText(TurnRequest request) {
        return request.messages().stream().map(WellRead::text).collect(Collectors.joining("\n"));
    }

    private static String text(Message message) {
        return message.getPartsList().stream().map(ContentPart::getText).collect(Collectors.joining());
    }

    private static void end(ScriptedTurns.Numbered sink, FinishReason reason, long tokens) throws CallerGone {
        sink.take(Events.finished(
                ChoiceEnd.newBuilder().setFinishReason(reason).build(),
                TokenUsage.newBuilder()
                        .setInputTokens(11)
                        .setOutputTokens(tokens)
                        .build()));
    }
}
