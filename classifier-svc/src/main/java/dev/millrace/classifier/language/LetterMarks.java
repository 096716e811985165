package dev.millrace.classifier.language;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Letters with marks and the languages they speak for: weaker than a word, but there in the shortest text. */
final class LetterMarks {

    private static final double VOTE = 0.6;
    private static final int[] NOBODY = {};

    private static final Map<Character, String> SPEAKERS = speakers(
            "ß:de",
            "ä:de sv fi",
            "ö:de sv fi tr hu",
            "ü:de tr hu",
            "ç:fr pt tr",
            "à:fr it pt",
            "è:fr it",
            "ù:fr it",
            "ì:it",
            "ò:it",
            "ê:fr pt vi",
            "â:fr pt vi ro",
            "î:fr ro",
            "ô:fr pt vi",
            "û:fr",
            "ë:fr nl",
            "ï:fr nl",
            "œ:fr",
            "ñ:es",
            "¿:es",
            "¡:es",
            "á:es pt cs hu",
            "í:es pt cs hu",
            "ó:es pt pl hu",
            "ú:es pt cs hu",
            "ã:pt",
            "õ:pt",
            "å:sv da no",
            "æ:da no",
            "ø:da no",
            "ł:pl",
            "ą:pl",
            "ę:pl",
            "ś:pl",
            "ż:pl",
            "ź:pl",
            "ć:pl",
            "ń:pl",
            "ğ:tr",
            "ş:tr",
            "ı:tr",
            "ř:cs",
            "ě:cs",
            "š:cs",
            "č:cs",
            "ž:cs",
            "ů:cs",
            "ý:cs",
            "ă:ro vi",
            "ț:ro",
            "ș:ro",
            "ő:hu",
            "ű:hu",
            "đ:vi",
            "ơ:vi",
            "ư:vi",
            "ạ:vi",
            "ế:vi",
            "ộ:vi",
            "ả:vi",
            "ấ:vi",
            "é:fr es pt hu cs");

    /** The numbers of the languages that a letter speaks for, by letter; none where nothing is known of it. */
    private final int[][] speakers;

    /** Takes the languages in the order of the votes: all that letters speak for are among them. */
    LetterMarks(List<String> languages) {
        char last = (char)
                SPEAKERS.keySet().stream().mapToInt(letter -> letter).max().orElseThrow();
        speakers = new int[last + 1][];
        Arrays.fill(speakers, NOBODY);
        SPEAKERS.forEach((letter, tags) -> speakers[letter] =
                Stream.of(tags.split(" ", -1)).mapToInt(languages::indexOf).toArray());
    }

    /** Adds the vote of a letter, shared among its languages. */
    void vote(char letter, double[] votes) {
        if (letter < speakers.length) {
            for (int language : speakers[letter]) {
                votes[language] += VOTE / speakers[letter].length;
            }
        }
    }

    private static Map<Character, String> speakers(String... entries) {
        Map<Character, String> speakers = new HashMap<>();
        for (String entry : entries) {
            speakers.put(entry.charAt(0), entry.substring(2));
        }
        return Map.copyOf(speakers);
    }
}
