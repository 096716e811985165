package dev.millrace.classifier.sensitivity;

/** Tells a confidentiality marking from the same words in a sentence or in program code, by how they are written. */
final class Labels {

    private static final int LEAD_CHARS_MAX = 4;
    private static final int COMMENT_CHARS_MAX = 80;

    private Labels() {}

    /** Whether a phrase between two indexes is a marking in a form that counts. */
    static boolean isMarking(ScanText text, Phrase.Form form, int start, int end) {
        return switch (form) {
            case ANY -> true;
            case REMARK -> isCapitals(text, start, end) || !isComment(text, start);
            case LABEL -> (isCapitals(text, start, end) && !isCode(text, start, end)) || isLabel(text, start, end);
            case HEADING -> isHeading(text, start, end);
        };
    }

    private static boolean isCapitals(ScanText text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (text.isLetter(i) && Character.isLowerCase(text.at(i))) {
                return false;
            }
        }
        return isCapital(text, start) && !text.isUnspaced(start);
    }

    /** Whether a comment as C and its heirs have it begins on the line before an index. */
    private static boolean isComment(ScanText text, int start) {
        int i = start - 1;
        while (start - i < COMMENT_CHARS_MAX && i >= 0 && text.at(i) != '\n') {
            if (text.at(i) == '/' && (text.at(i + 1) == '/' || text.at(i + 1) == '*')) {
                return true;
            }
            i--;
        }
        int first = text.skipBlanks(i + 1);
        return text.at(first) == '*' && text.at(first + 1) == ' ';
    }

    /** Whether a capital, or a letter of a script without them, stands at an index. */
    private static boolean isCapital(ScanText text, int index) {
        return text.isLetter(index) && !Character.isLowerCase(text.at(index));
    }

    /** A constant of a program: part of a name, a member, a case, an entry of a list. */
    private static boolean isCode(ScanText text, int start, int end) {
        int before = start - 1;
        while (text.at(before) == ' ' && start - before < LEAD_CHARS_MAX) {
            before--;
        }
        int next = text.skipBlanks(end);
        return "._-=".indexOf(text.at(start - 1)) >= 0
                || "_(=".indexOf(text.at(end)) >= 0
                || ",{|".indexOf(text.at(before)) >= 0
                || ",}|;".indexOf(text.at(next)) >= 0
                || (text.at(before) == '(' && text.isWord(before - 1))
                || text.matches(start - 5, "case ");
    }

    /** Alone on its line or sentence, before a colon, or in brackets; at most a few signs may lead it. */
    private static boolean isLabel(ScanText text, int start, int end) {
        int lead = lead(text, start);
        char before = text.at(lead - 1);
        boolean bracketed = text.at(start - 1) == '[' || (text.at(start - 1) == '(' && !text.isWord(start - 2));
        boolean opens = before == 0 || before == '\n' || before == ':' || bracketed;
        int next = text.skipBlanks(end);
        return isCapital(text, start) && opens && closesLabel(text, next);
    }

    private static boolean closesLabel(ScanText text, int next) {
        char after = text.at(next);
        return after == 0 || "\n:])*-".indexOf(after) >= 0 || (after == '.' && text.at(next + 1) <= ' ');
    }

    /** At the beginning of the text, in capitals with nothing but a line end or a colon behind, or in brackets on any line. */
    private static boolean isHeading(ScanText text, int start, int end) {
        int lead = lead(text, start);
        char before = text.at(lead - 1);
        if (!isCapital(text, start) || (before != 0 && before != '\n')) {
            return false;
        }
        char after = text.at(text.skipBlanks(end));
        boolean bracketed = text.at(start - 1) == '[' && after == ']';
        boolean alone = before == 0 && (after == '\n' || after == ':' || after == '*' || after == '-');
        return bracketed || (alone && isCapitals(text, start, end));
    }

    private static int lead(ScanText text, int start) {
        int lead = start;
        while (start - lead < LEAD_CHARS_MAX && lead > 0 && " *#[(<>=_".indexOf(text.at(lead - 1)) >= 0) {
            lead--;
        }
        return lead;
    }
}
