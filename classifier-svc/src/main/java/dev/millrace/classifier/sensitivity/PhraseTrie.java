package dev.millrace.classifier.sensitivity;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the longest phrase of a vocabulary at a place, ignoring case; a blank in a phrase also stands for a dash, an
 * underscore, a line end or several blanks. The phrases bound how far it looks.
 */
final class PhraseTrie {

    private static final int BLANKS_MAX = 4;

    private final Node root = new Node();
    /** The places after the first letter of a phrase, by that letter in either case: every word of a text asks for one. */
    private final @Nullable Node[] begins = new Node[1 << 16];

    private final WordHeads heads = new WordHeads();

    /** Adds a phrase in lower case. */
    void add(String phrase, Phrase meaning) {
        Node node = root;
        for (int i = 0; i < phrase.length(); i++) {
            node = node.childOrNew(phrase.charAt(i));
        }
        if (node.meaning != null) {
            throw new IllegalArgumentException("phrase has two meanings: " + phrase + " (expected: one)");
        }
        node.meaning = meaning;
        heads.addPhrase(phrase);
        Node first = root.childOrNew(phrase.charAt(0));
        begins[phrase.charAt(0)] = first;
        char capital = Character.toUpperCase(phrase.charAt(0));
        if (Character.toLowerCase(capital) == phrase.charAt(0)) {
            begins[capital] = first;
        }
    }

    /** Returns the longest phrase that starts at an index and ends at the end of a word. */
    @Nullable
    Match longest(ScanText text, int start) {
        char first = text.at(start);
        Node node = heads.mayBegin(first, text, start) ? begins[first] : null;
        Match match = null;
        int i = start;
        boolean gap = false;
        while (node != null) {
            i = gap ? gapEnd(text, i) : i + 1;
            if (node.meaning != null && endsWord(text, i)) {
                match = new Match(node.meaning, i);
            }
            char c = text.lowerAt(i);
            Node next = node.child(c);
            gap = c == ' ' && next != null;
            if (next == null && isGap(c)) {
                next = node.child(' ');
                gap = next != null;
            }
            node = next;
        }
        return match;
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
                || text.isUnspaced(end)
                || text.isUnspaced(end - 1)
                || (text.isUpper(end) && !text.isUpper(end - 1));
    }

    /** A phrase that was found, with the index after it. */
    record Match(Phrase meaning, int end) {}

    /** A place in the tree, its children in the order of their bits: no fewer stand before one than there are lower bits. */
    private static final class Node {
        private static final int BIT_MASK = Long.SIZE - 1;

        /** The bits of all characters with a child: most words end here, without a search for a child that is none. */
        private long known;

        private char[] keys = {};
        private Node[] children = {};
        private @Nullable Phrase meaning;

        private @Nullable Node child(char c) {
            if ((known & bit(c)) == 0) {
                return null;
            }
            int place = Long.bitCount(known & (bit(c) - 1));
            while (place < keys.length && keys[place] != c) {
                place++;
            }
            return place < keys.length ? children[place] : null;
        }

        /** One bit of 64: no two small Latin letters share theirs. */
        private static long bit(char c) {
            return 1L << c;
        }

        private Node childOrNew(char c) {
            Node child = child(c);
            if (child != null) {
                return child;
            }
            int insert = 0;
            while (insert < keys.length && (keys[insert] & BIT_MASK) <= (c & BIT_MASK)) {
                insert++;
            }
            char[] moreKeys = Arrays.copyOf(keys, keys.length + 1);
            Node[] moreChildren = Arrays.copyOf(children, keys.length + 1);
            System.arraycopy(keys, insert, moreKeys, insert + 1, keys.length - insert);
            System.arraycopy(children, insert, moreChildren, insert + 1, keys.length - insert);
            known |= bit(c);
            moreKeys[insert] = c;
            moreChildren[insert] = new Node();
            keys = moreKeys;
            children = moreChildren;
            return children[insert];
        }
    }
}
