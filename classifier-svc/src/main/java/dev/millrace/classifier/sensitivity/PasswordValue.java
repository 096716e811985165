package dev.millrace.classifier.sensitivity;

/**
 * The value behind the name of a password: tells a written-down secret from the words, types, calls and placeholders that stand
 * in its place. One object serves a whole scan: {@link #read} replaces what it held.
 */
final class PasswordValue {

    private static final int CHARS_MAX = 200;
    private static final int WORD_CHARS_MIN = 3;
    private static final int LETTERS_MIN = 3;
    private static final int STRONG_CHARS_MIN = 8;
    private static final int WRITTEN_CHARS_MIN = 6;
    private static final int COUNT_DIGITS_MAX = 5;
    /** Signs that passwords share with names, members, paths and words with hyphens. */
    private static final Signs JOINERS = Signs.of("._-?:>/=");

    private static final Signs SENTENCE_ENDS = Signs.of(".)]}!?:*");

    private final ScanText text;
    /** Values without quotes that begin here are names, calls or stand-ins, as the one around them is. */
    private final Span names = new Span();
    /** Values without quotes that begin here have no sign that tells a key. */
    private final Span unsigned = new Span();
    /** Values that begin here lie in one that was refused. */
    private final Span refused = new Span();

    private int start;
    private int end;
    /** The index after the signs that end a sentence or a list behind the value. */
    private int tail;

    private int digits;
    private int letters;
    /** Signs that names and members do not hold. */
    private int signs;

    private boolean quoted;
    private boolean closed;
    /** Whether it has no digit and no sign but those of names. */
    private boolean plain;
    /** Whether it is made of letters alone. */
    private boolean word;

    PasswordValue(ScanText text) {
        this.text = text;
    }

    /** Reads the value that begins at an index, at its quote if it has one; returns whether it may be a secret and is no stand-in. */
    boolean read(int from) {
        char first = text.at(from);
        quoted = ValueStart.isQuote(first);
        start = quoted ? from + 1 : from;
        end = start;
        if (StandIns.isAt(text, start) || (!quoted && names.holds(from))) {
            return false;
        }
        closed = quoted && readQuoted(first);
        if (!closed && !readBare()) {
            return false;
        }
        tail = end;
        if (!quoted) {
            trim();
        }
        boolean value = count() && digits + letters > 0 && !isStandIn();
        if (!quoted && (plain || !value)) {
            names.set(start, end);
        }
        return value;
    }

    /** Reads as {@link #read} does, but not where a value that was refused goes on. */
    boolean readUnlessRefused(int from) {
        return !refused.holds(from) && read(from);
    }

    /** Notes that the value is none; what begins within it is none either. */
    void refuse() {
        if (!quoted && end > start) {
            refused.set(start, end);
        }
    }

    /** Reads as {@link #read} does; returns whether it is a key with signs that no token has. */
    boolean readSigned(int from) {
        if (unsigned.holds(from)) {
            return false;
        }
        boolean read = read(from);
        boolean signed = read && digits > 0 && ValueForm.hasSign(text, start, end);
        if (!signed && !quoted) {
            unsigned.set(start, end);
        }
        return signed && letters > LETTERS_MIN;
    }

    /** Reads to the closing quote; false where none stands on the line, or where words stand before it. */
    private boolean readQuoted(char quote) {
        boolean blank = false;
        boolean mixed = false;
        int i = start;
        while (i - start < CHARS_MAX && text.at(i) != quote && text.at(i) >= ' ') {
            blank |= text.at(i) == ' ';
            mixed |= (text.isDigit(i) && text.isLetter(i - 1)) || (text.isLetter(i) && text.isDigit(i - 1));
            i++;
        }
        if (text.at(i) != quote) {
            return false;
        }
        end = blank && !mixed ? start : i;
        return true;
    }

    /** Reads to the next blank or separator; false where a bracket makes a call of it. */
    private boolean readBare() {
        while (end - start < CHARS_MAX && StandIns.isInside(text.at(end))) {
            if (!quoted && isBracket(end) && StandIns.isCall(text, end)) {
                names.set(start, end);
                return false;
            }
            end++;
        }
        return true;
    }

    private boolean isBracket(int index) {
        return text.at(index) == '(' || text.at(index) == '[';
    }

    private void trim() {
        while (end > start && SENTENCE_ENDS.hold(text.at(end - 1))) {
            end--;
        }
    }

    /** Counts what it is made of; returns whether its characters differ. */
    private boolean count() {
        digits = 0;
        letters = 0;
        signs = 0;
        boolean varied = false;
        char first = text.at(start);
        for (int i = start; i < end; i++) {
            char c = text.at(i);
            int kinds = CharTable.kinds(c);
            digits += (kinds & CharTable.DIGIT) != 0 ? 1 : 0;
            letters += (kinds & CharTable.LETTER) != 0 ? 1 : 0;
            signs += (kinds & (CharTable.LETTER | CharTable.DIGIT)) == 0 && !JOINERS.hold(c) ? 1 : 0;
            varied |= c != first;
        }
        boolean cry = !quoted && text.at(end) == '!' && text.isDigit(end - 1);
        signs += cry ? 1 : 0;
        plain = digits + signs == 0;
        word = letters == end - start;
        return varied;
    }

    private boolean isStandIn() {
        // No word that stands for a secret has a digit, and most values do.
        if ((digits == 0 && StandIns.isWord(text, start, end)) || StandIns.isPath(text, start, end)) {
            return true;
        }
        if (quoted) {
            return StandIns.isListedWord(text, start, end) || (plain && StandIns.isIdentifier(text, start, end));
        }
        return StandIns.isMarkedName(text, start, end) || StandIns.isAlgorithm(text, start) || isCount();
    }

    /** Whether it says how many of something: {@code 12 characters}, {@code 8-20 signs}, {@code 64-bit}. */
    private boolean isCount() {
        if (letters == 0) {
            return digits < COUNT_DIGITS_MAX && text.isLetter(text.skipBlanks(tail)) && text.skipBlanks(tail) > tail;
        }
        int i = start;
        while (i < end && text.isDigit(i)) {
            i++;
        }
        if (i > start && i - start < COUNT_DIGITS_MAX && text.isUnspaced(i)) {
            return true;
        }
        return i > start && i - start < COUNT_DIGITS_MAX && text.at(i) == '-' && letters + i - start + 1 == end - start;
    }

    int length() {
        return end - start;
    }

    /** The index after the value: a blank, a quote or the end of a list's entry stands there. */
    int end() {
        return end;
    }

    int digits() {
        return digits;
    }

    int letters() {
        return letters;
    }

    int signs() {
        return signs;
    }

    boolean isQuoted() {
        return quoted;
    }

    /** Whether it is more than a name: it holds a digit, or a sign that names and members do not hold. */
    boolean isTelling() {
        return !plain;
    }

    /** Whether a digit stands within it, after several letters and before one. */
    boolean hasDigitWithin() {
        return ValueForm.hasDigitWithin(text, start, end, WORD_CHARS_MIN);
    }

    /** Whether it is a word that nobody speaks: capitals among small letters, and hardly a vowel. */
    boolean isUnspeakable() {
        return word && ValueForm.isUnspeakable(text, start, end);
    }

    /** Whether digits, capitals and small letters change in it as in no name. */
    boolean isScrambled() {
        return ValueForm.isScrambled(text, start, end);
    }

    /** Whether it is such a word behind a label, and no variable of a program. */
    boolean isUnspeakableLabelled(int nameStart) {
        return isUnspeakable() && NamePlace.isLabel(text, nameStart);
    }

    /** Whether a quote closes it. */
    boolean isClosed() {
        return closed || ValueStart.isQuote(text.at(end));
    }

    /** Whether it is a constant of a program or a version. */
    boolean isConstant() {
        return ValueForm.isConstant(text, start, end);
    }

    /** Whether the end of an element stands behind it. */
    boolean endsElement() {
        return text.at(tail) == '<' && text.at(tail + 1) == '/';
    }

    boolean isCapital() {
        return text.isUpper(start);
    }

    /** Whether capitals and small letters are in it, the first letter aside. */
    boolean isMixed() {
        return ValueForm.isMixed(text, start, end);
    }

    /** Whether it looks like nothing but a password, wherever it stands. */
    boolean isStrong() {
        return end - start >= STRONG_CHARS_MIN
                && letters > 1
                && (digits > 0 || signs > 1)
                && (signs > 0
                        || isMixed()
                        || ValueForm.hasDigitWithin(text, start, end, text.isUpper(start) ? 1 : WORD_CHARS_MIN))
                && !isAddress()
                && !isConstant();
    }

    /** Whether it is a literal with letters and digits, and no name, version or address. */
    boolean isWrittenSecret() {
        return end - start >= WRITTEN_CHARS_MIN
                && digits > 0
                && letters > 1
                && (!quoted || closed)
                && (isScrambled() || !isAddress())
                && !isConstant()
                && (quoted || !StandIns.namesSecret(text, start, end));
    }

    /** Whether it is a closed literal with letters and digits, and no address. */
    boolean isWrittenLiteral() {
        return isClosed() && digits > 0 && letters > 1 && (isScrambled() || !isAddress());
    }

    /** Whether it has the signs of a path, a member or an address. */
    boolean isAddress() {
        return ValueForm.isAddress(text, start, end);
    }

    /** Whether it has a sign of arithmetic. */
    boolean isFormula() {
        return ValueForm.isFormula(text, start, end);
    }

    int dashes() {
        return ValueForm.dashes(text, start, end);
    }

    boolean hasUnderscore() {
        return ValueForm.hasUnderscore(text, start, end);
    }

    /** Whether the cell of a table ends with it. */
    boolean endsCell() {
        int i = closed ? end + 1 : tail;
        return text.at(text.skipBlanks(i)) == '|';
    }

    /** Whether its line, or a sentence, ends with it. */
    boolean endsLine() {
        char next = text.at(text.skipBlanks(closed ? end + 1 : tail));
        return next == 0 || next == '\n' || (tail > end && text.at(tail - 1) == '.');
    }

    /** Whether it is all of a line, and neither an entry nor a pair nor a time. */
    boolean hasLineAlone() {
        char before = text.at(start - 1);
        boolean value = text.at(start) != '-' && text.at(start) != '#';
        for (int i = start; i < tail && value; i++) {
            value = ":=/".indexOf(text.at(i)) < 0;
        }
        return value && (before <= ' ' || ValueStart.isQuote(before)) && endsLine();
    }

    /** Whether it is one word, as a label on a line of its own has it: {@code Password: sunshine}. */
    boolean isWordOfLine(int nameStart) {
        if (!plain || !endsLine() || text.at(end) == '(' || (!word && !ValueForm.isHyphenated(text, start, end))) {
            return false;
        }
        for (int i = start + 1; i < end; i++) {
            if (text.isUnspaced(i) || (text.isUpper(i) && text.isLetter(i - 1) && !text.isUpper(i - 1))) {
                return false;
            }
        }
        return NamePlace.isLabel(text, nameStart);
    }
}
