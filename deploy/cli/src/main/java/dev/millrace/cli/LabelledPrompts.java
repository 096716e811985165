package dev.millrace.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads an operator's labels: JSON Lines with the prompt and how good the weaker and the stronger model's answers were. */
final class LabelledPrompts {

    private LabelledPrompts() {}

    /** The prompts of a file, every line checked. */
    static List<Labelled> read(Path file) {
        List<Labelled> prompts = new ArrayList<>();
        try {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                if (!line.isBlank()) {
                    prompts.add(labelled(line, file + " line " + number));
                }
            }
        } catch (NoSuchFileException absent) {
            throw new CommandFault(ExitCodes.USAGE, "--labels: " + file + " does not exist (expected: JSON Lines)");
        } catch (CharacterCodingException coded) {
            throw new CommandFault(ExitCodes.USAGE, "--labels: " + file + " is not UTF-8 (expected: JSON Lines in it)");
        } catch (IOException failure) {
            throw new CommandFault(ExitCodes.USAGE, file + " cannot be read: " + failure.getMessage());
        }
        return prompts;
    }

    private static Labelled labelled(String line, String where) {
        try {
            JsonElement row = JsonParser.parseString(line);
            if (row instanceof JsonObject fields && fields.has("prompt")) {
                return new Labelled(where, prompt(fields), quality(fields, "weak"), quality(fields, "strong"));
            }
        } catch (JsonParseException
                | NumberFormatException
                | UnsupportedOperationException
                | IllegalStateException wrong) {
            // told below
        }
        throw new CommandFault(
                ExitCodes.USAGE,
                where
                        + ": expected an object with \"prompt\" (text, not empty), \"weak\" and \"strong\" (how good the"
                        + " answers were, 0 to 1)");
    }

    private static String prompt(JsonObject fields) {
        String prompt = fields.get("prompt").getAsString();
        if (prompt.isBlank()) {
            throw new IllegalStateException("prompt");
        }
        return prompt;
    }

    private static double quality(JsonObject fields, String name) {
        double quality = fields.has(name) ? fields.get(name).getAsDouble() : Double.NaN;
        if (!(quality >= 0 && quality <= 1)) {
            throw new NumberFormatException(name);
        }
        return quality;
    }

    /**
     * A prompt with its labels.
     *
     * @param where the file and the line that it comes from
     * @param weak quality of the weaker model's answer, 0 to 1
     * @param strong quality of the stronger model's answer, 0 to 1
     */
    record Labelled(String where, String prompt, double weak, double strong) {}
}
