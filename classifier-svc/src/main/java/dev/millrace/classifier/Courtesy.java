package dev.millrace.classifier;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Takes greetings, "please" and thanks off the ends of a question, because politeness says nothing of difficulty. */
final class Courtesy {

    private static final List<String> OPENINGS = longestFirst(
            "hi",
            "hello",
            "hey",
            "hi there",
            "hello there",
            "hey there",
            "greetings",
            "good morning",
            "good afternoon",
            "good evening",
            "good day",
            "please",
            "could you",
            "can you",
            "would you",
            "could you please",
            "can you please",
            "would you please",
            "i would like you to",
            "i'd like you to",
            "i want you to",
            "can you help me",
            "can you help me with this",
            "could you help me",
            "could you help me with this",
            "i have a question",
            "quick question",
            "excuse me",
            "dear assistant",
            "dear sir or madam",
            "dear all",
            "hallo",
            "guten tag",
            "guten morgen",
            "guten abend",
            "bitte",
            "bonjour",
            "salut",
            "hola",
            "buenos días",
            "ciao",
            "buongiorno",
            "olá",
            "bom dia",
            "goedendag");

    private static final List<String> CLOSINGS = longestFirst(
            "please",
            "thanks",
            "thank you",
            "many thanks",
            "thanks a lot",
            "thank you very much",
            "thanks in advance",
            "thank you in advance",
            "cheers",
            "best regards",
            "kind regards",
            "danke",
            "vielen dank",
            "merci",
            "gracias",
            "grazie",
            "obrigado",
            "bedankt");

    /** Behind these a name may stand: "hi Anna, …". */
    private static final Set<String> GREETINGS = Set.of(
            "hi", "hello", "hey", "good morning", "good afternoon", "good evening", "hallo", "bonjour", "hola", "ciao");

    private static final int NAME_CHARS_MAX = 20;

    private Courtesy() {}

    /** Returns the text without its courtesies, or the text itself where nothing else would be left. */
    static String strip(String text) {
        int start = afterOpenings(text);
        int end = beforeClosings(text, start);
        return start >= end ? text : text.substring(start, end);
    }

    /** Whether a text is courtesies and nothing else. */
    static boolean isAll(String text) {
        int start = afterOpenings(text);
        return !text.isEmpty() && start >= beforeClosings(text, start);
    }

    private static int afterOpenings(String text) {
        int start = 0;
        for (int next = afterOpening(text, start); next > start; next = afterOpening(text, start)) {
            start = next;
        }
        return start;
    }

    private static int beforeClosings(String text, int start) {
        int end = text.length();
        for (int next = beforeClosing(text, start, end); next < end; next = beforeClosing(text, start, end)) {
            end = next;
        }
        return end;
    }

    private static int afterOpening(String text, int start) {
        for (String opening : OPENINGS) {
            int end = start + opening.length();
            if (text.startsWith(opening, start) && (end == text.length() || !isWordChar(text.charAt(end)))) {
                return skipBreaks(text, GREETINGS.contains(opening) ? afterName(text, end) : end);
            }
        }
        return start;
    }

    /** Behind a blank and one word that is set off from what follows, or where it was. */
    private static int afterName(String text, int start) {
        if (start == text.length() || text.charAt(start) != ' ') {
            return start;
        }
        int end = start + 1;
        while (end < text.length() && end - start <= NAME_CHARS_MAX && Character.isLetter(text.charAt(end))) {
            end++;
        }
        boolean isSetOff = end < text.length() && ",!\n".indexOf(text.charAt(end)) >= 0;
        return isSetOff && end > start + 1 ? end : start;
    }

    private static int skipBreaks(String text, int start) {
        int i = start;
        while (i < text.length() && (isBreak(text.charAt(i)) || text.charAt(i) == '?')) {
            i++;
        }
        return i;
    }

    private static int beforeClosing(String text, int start, int end) {
        int last = end;
        while (last > start && isBreak(text.charAt(last - 1))) {
            last--;
        }
        for (String closing : CLOSINGS) {
            int first = last - closing.length();
            boolean isWhole = first == start || (first > start && isBreak(text.charAt(first - 1)));
            if (isWhole && text.startsWith(closing, first)) {
                return trimBlanks(text, start, first);
            }
        }
        return end;
    }

    private static int trimBlanks(String text, int start, int end) {
        int i = end;
        while (i > start && (text.charAt(i - 1) == ' ' || text.charAt(i - 1) == '\n' || text.charAt(i - 1) == ',')) {
            i--;
        }
        return i;
    }

    private static boolean isBreak(char c) {
        return c == ' ' || c == '\n' || c == ',' || c == '!' || c == '.' || c == ':' || c == ';' || c == '-';
    }

    private static boolean isWordChar(char c) {
        return Character.isLetterOrDigit(c) || c == '\'';
    }

    private static List<String> longestFirst(String... phrases) {
        return Stream.of(phrases)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }
}
