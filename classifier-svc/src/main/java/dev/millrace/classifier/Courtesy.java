package dev.millrace.classifier;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Takes greetings, "please" and thanks off the ends of a question, because politeness says nothing of difficulty. */
final class Courtesy {

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

    private Courtesy() {}

    /** Returns the text without its courtesies, or the text itself where nothing else would be left. */
    static String strip(String text) {
        int start = Opening.endOfAll(text);
        int end = beforeClosings(text, start);
        return start >= end ? text : text.substring(start, end);
    }

    /** Whether a text is courtesies and nothing else. */
    static boolean isAll(String text) {
        int start = Opening.endOfAll(text);
        return !text.isEmpty() && start >= beforeClosings(text, start);
    }

    private static int beforeClosings(String text, int start) {
        int end = text.length();
        for (int next = beforeClosing(text, start, end); next < end; next = beforeClosing(text, start, end)) {
            end = next;
        }
        return end;
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

    private static List<String> longestFirst(String... phrases) {
        return Stream.of(phrases)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }
}
