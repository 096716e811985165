package dev.millrace.classifier.sensitivity;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the longest phrase of a vocabulary at a place, ignoring case; a blank in a phrase also stands for a dash, an
 * underscore, a line end or several blanks. The phrases bound how far it looks.
 */
final class PhraseTrie {

    private static final int BLANKS_MAX = 4;

    private final Node root = new Node();

    /** Adds a phrase in lower case. */
    void add(String phrase, Phrase meaning) {
        Node node = root;
        for (int i = 0; i < phrase.length(); i++) {
            node = node.children.computeIfAbsent(phrase.charAt(i), any -> new Node());
            node.freeze();
        }
        node.meaning = meaning;
        root.freeze();
    }

    /** Returns the longest phrase that starts at an index and ends at the end of a word. */
    @Nullable
    Match longest(ScanText text, int start) {
        Node node = root;
        Match match = null;
        int i = start;
        while (true) {
            char c = text.lowerAt(i);
            Node next = node.child(c);
            if (next == null && isGap(c) && (next = node.child(' ')) != null) {
                c = ' ';
            }
            if (next == null) {
                return match;
            }
            i = c == ' ' ? gapEnd(text, i) : i + 1;
            node = next;
            if (node.meaning != null && endsWord(text, i)) {
                match = new Match(node.meaning, i);
            }
        }
    }

    private static int gapEnd(ScanText text, int start) {
        int i = start + 1;
        while (i - start < BLANKS_MAX && isGap(text.at(i))) {
            i++;
        }
        return i;
    }

    private static boolean isGap(char c) {
        return c == ' ' || c == '-' || c == '_' || c == '\n' || c == '\t';
    }

    /** Scripts without blanks have no word ends; others must not go on with a letter. */
    private static boolean endsWord(ScanText text, int end) {
        return !text.isLetter(end)
                || Character.isIdeographic(text.at(end))
                || Character.isIdeographic(text.at(end - 1))
                || (text.isUpper(end) && !text.isUpper(end - 1));
    }

    /** A phrase that was found, with the index after it. */
    record Match(Phrase meaning, int end) {}

    /** A place in the tree; ASCII children lie in a table, because every word of a text asks the root. */
    private static final class Node {
        private final Map<Character, Node> children = new HashMap<>();
        private @Nullable Node @Nullable [] ascii;
        private @Nullable Phrase meaning;

        private void freeze() {
            ascii = null;
        }

        private @Nullable Node child(char c) {
            if (c >= 128) {
                return children.get(c);
            }
            @Nullable Node[] table = ascii;
            if (table == null) {
                table = new Node[128];
                for (Map.Entry<Character, Node> child : children.entrySet()) {
                    if (child.getKey() < 128) {
                        table[child.getKey()] = child.getValue();
                    }
                }
                ascii = table;
            }
            return table[c];
        }
    }
}
