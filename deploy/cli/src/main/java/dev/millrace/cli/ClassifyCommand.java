package dev.millrace.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc.ClassifierServiceBlockingStub;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.classifier.v1.Verdict;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.gateway.v1.ExplainRouteRequest;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import dev.millrace.schema.gateway.v1.Tier;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Judges prompts without answering them, so that operators can measure the router on prompts of their own. */
@Command(
        name = "classify",
        description = {
            "Judges a prompt, or every line of a file.",
            "A prompt's verdict is shown in words. A file has one JSON object a line with \"id\" and \"prompt\"; each becomes id<TAB>score, larger = needs the"
                    + " stronger model more. With -o json a line holds the whole verdict."
        },
        mixinStandardHelpOptions = true)
final class ClassifyCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    @Option(names = "--file", paramLabel = "FILE", description = "JSON Lines with id and prompt; - is stdin")
    private @Nullable Path file;

    @Parameters(paramLabel = "TEXT", arity = "0..*", description = "the prompt, where no file is given")
    private List<String> words = List.of();

    @Override
    public Integer call() {
        if (file != null && !words.isEmpty()) {
            throw new CommandFault(
                    ExitCodes.USAGE, "--file and TEXT: both (expected: the prompts of a file, or one prompt)");
        }
        return connection.call(channel -> {
            ClassifierServiceBlockingStub classifier = ClassifierServiceGrpc.newBlockingStub(channel);
            if (file != null) {
                classifyLines(classifier, file);
            } else {
                String prompt = PromptText.of(words);
                Verdict verdict = classify(classifier, prompt, !output.json());
                System.out.println(
                        output.json() ? Output.json(verdict) : VerdictText.of(verdict, tier(channel, prompt)));
            }
            return ExitCodes.OK;
        });
    }

    /** Tiers are the gateway's policy, so it is asked; empty: no model could take the prompt, and it did not say. */
    private static Optional<Tier> tier(Channel channel, String prompt) {
        try {
            return Optional.of(GatewayServiceGrpc.newBlockingStub(channel)
                    .explainRoute(ExplainRouteRequest.newBuilder()
                            .setCompletion(StreamCompletionRequest.newBuilder()
                                    .addMessages(PromptOptions.message(Role.ROLE_USER, prompt)))
                            .build())
                    .getRouteDecided()
                    .getTier());
        } catch (StatusRuntimeException refused) {
            return Optional.empty();
        }
    }

    private static Verdict classify(ClassifierServiceBlockingStub classifier, String prompt, boolean quoteWords) {
        return classifier
                .classifyPrompt(ClassifyPromptRequest.newBuilder()
                        .setText(prompt)
                        .setQuoteWords(quoteWords)
                        .build())
                .getVerdict();
    }

    private void classifyLines(ClassifierServiceBlockingStub classifier, Path source) {
        try (BufferedReader lines = open(source)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    classifyLine(classifier, line, source + " line " + number);
                }
            }
        } catch (NoSuchFileException absent) {
            throw new CommandFault(
                    ExitCodes.USAGE, "--file: " + source + " does not exist (expected: JSON Lines with id and prompt)");
        } catch (CharacterCodingException coded) {
            throw new CommandFault(ExitCodes.USAGE, "--file: " + source + " is not UTF-8 (expected: JSON Lines in it)");
        } catch (IOException failure) {
            throw new CommandFault(ExitCodes.USAGE, "--file: " + source + " cannot be read: " + failure.getMessage());
        }
    }

    private void classifyLine(ClassifierServiceBlockingStub classifier, String line, String place) {
        JsonObject row = row(line, place);
        String id = row.get("id").getAsString();
        String prompt = row.get("prompt").getAsString();
        if (prompt.isBlank()) {
            throw new CommandFault(ExitCodes.USAGE, place + ", id " + id + ": the prompt is empty");
        }
        try {
            System.out.println(result(id, classify(classifier, prompt, false)));
        } catch (StatusRuntimeException refused) {
            throw FaultText.of(refused).at(place + ", id " + id);
        }
    }

    private static BufferedReader open(Path source) throws IOException {
        return source.toString().equals("-")
                ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                : Files.newBufferedReader(source);
    }

    private static JsonObject row(String line, String place) {
        try {
            JsonElement row = JsonParser.parseString(line);
            if (row.isJsonObject() && isText(row, "id") && isText(row, "prompt")) {
                return row.getAsJsonObject();
            }
        } catch (JsonParseException malformed) {
            // told below
        }
        throw new CommandFault(ExitCodes.USAGE, place + ": expected an object with \"id\" and \"prompt\", both texts");
    }

    private static boolean isText(JsonElement row, String name) {
        return row.getAsJsonObject().get(name) instanceof JsonPrimitive;
    }

    private String result(String id, Verdict verdict) {
        if (!output.json()) {
            return id + "\t" + verdict.getScore();
        }
        JsonObject row = new JsonObject();
        row.addProperty("id", id);
        row.add("verdict", JsonParser.parseString(Output.jsonLine(verdict)));
        return row.toString();
    }
}
