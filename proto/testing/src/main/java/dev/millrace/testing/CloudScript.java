package dev.millrace.testing;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the fake cloud behaves, chosen by the model that is asked for: the name in kebab-case, with a number where the script
 * takes one, such as {@code words-20} or {@code dies-after-3}. What follows an {@code @} only tells models apart that share a
 * script, as in {@code fails-once-1@streamed}. An unknown model answers 404.
 *
 * @param number the script's number, or its default
 */
public record CloudScript(Kind kind, int number) {
    private static final Pattern NUMBERED = Pattern.compile("(.*?)-([0-9]{1,7})");

    /** What a script does; the number's meaning and default stand beside it. */
    public enum Kind {
        /** Answers so many words. */
        WORDS(8),
        /** Answers so many words, each with a thousand letters behind it. */
        LONG_WORDS(4_000),
        /** Answers without end, one word in so many milliseconds. */
        SLOW_WORDS(100),
        /** Answers 8 words, the first after so many milliseconds. */
        SLOW_START(1_500),
        /** Sends the headers and the role at once, and 8 words after so many milliseconds. */
        LATE_TOKEN(20_000),
        /** Answers so many words, and refuses a prompt that ends with an assistant's message. */
        NO_PREFILL(8),
        /** Answers one tool call. */
        TOOL_CALL(0),
        /** 429 with {@code Retry-After} of so many seconds the first time, then answers. */
        RATE_LIMITED_ONCE(1),
        /** Always 429 with {@code Retry-After} of so many seconds. */
        RATE_LIMITED(1),
        /** Always 503. */
        UNAVAILABLE(0),
        /** Always 500. */
        FAILS(0),
        /** 500 the first so many times, then answers. */
        FAILS_ONCE(1),
        /** 503 for so many seconds from its first call on, then answers. */
        OUTAGE(60),
        /** Resets the connection before any byte the first so many times, then answers. */
        RESETS_ONCE(1),
        /** Resets the connection before any byte. */
        RESET(0),
        /** Takes the request and never says anything. */
        SILENT(0),
        /** Sends so many words and closes the connection. */
        DIES_AFTER(3),
        /** Sends so many words and resets the connection. */
        RESETS_AFTER(3),
        /** Sends so many words and then nothing, without closing. */
        STALLS_AFTER(3),
        /** Sends so many words, an event that is no JSON, and as many words again to a good end. */
        INVALID_JSON_AFTER(3),
        /** Sends so many words and then an error object in the stream. */
        ERROR_AFTER(3),
        /** Sends 8 words and the finish, and ends without {@code [DONE]}. */
        NO_DONE(8),
        /** Sends so many words, the finish and the usage, and then nothing, without closing. */
        NO_END(8),
        /** Sends so many words and ends the body properly, without finish or {@code [DONE]}. */
        NO_FINISH(3),
        /** Answers 8 words and never tells usage. */
        NO_USAGE(8),
        /** 400 with code {@code context_length_exceeded}. */
        CONTEXT_TOO_LONG(0),
        /** 400 with code {@code content_filter}. */
        CONTENT_FILTER(0),
        /** 422 for a parameter. */
        REJECTED(0),
        /** 401. */
        KEY_REFUSED(0),
        /** 403. */
        KEY_FORBIDDEN(0),
        /** 200 with a page of HTML. */
        HTML(0),
        /** One event of so many bytes without a line end. */
        HUGE_LINE(2_000_000),
        /** Answers embeddings of so many components, not normalised. */
        EMBEDDINGS(8);

        private final int numberDefault;

        Kind(int numberDefault) {
            this.numberDefault = numberDefault;
        }

        private String modelPrefix() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The script that a model's name chooses; words for a model that was published under a name of its own. */
    static CloudScript of(String name) {
        String model = withoutMark(name);
        Matcher numbered = NUMBERED.matcher(model);
        return find(model, -1)
                .or(() -> numbered.matches()
                        ? find(numbered.group(1), Integer.parseInt(numbered.group(2)))
                        : Optional.empty())
                .orElse(new CloudScript(Kind.WORDS, Kind.WORDS.numberDefault));
    }

    /** A model's name without what only tells it from others of its script. */
    static String withoutMark(String model) {
        int mark = model.indexOf('@');
        return mark < 0 ? model : model.substring(0, mark);
    }

    private static Optional<CloudScript> find(String prefix, int number) {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.modelPrefix().equals(prefix))
                .map(kind -> new CloudScript(kind, number < 0 ? kind.numberDefault : number))
                .findFirst();
    }

    /** A model that behaves so. */
    public static String model(Kind kind, int number) {
        return kind.modelPrefix() + "-" + number;
    }

    /** A model that behaves so, with the script's own number. */
    public static String model(Kind kind) {
        return kind.modelPrefix();
    }

    static List<String> models() {
        return Arrays.stream(Kind.values())
                .map(Kind::modelPrefix)
                .sorted(Comparator.naturalOrder())
                .toList();
    }
}
