package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/**
 * Finds a secret that a sentence mentions some words away from its name: "the password, all lowercase, is x1", "x1 as my
 * password", a question for it and its answer on the next line.
 *
 * <p>{@code mention = name gap value | value role name | login user link value}. The gap is up to {@link #WINDOW_CHARS} characters of
 * words without the signs of program code. What the value must look like depends on what stands before it: a word with
 * digits needs a word or sign that leads to a value, {@link MentionWords}, in the same sentence or the one after; what looks like
 * nothing but a password needs none. The window of a name begins where that of the last one ended, so each
 * character is read by one window.
 */
final class MentionDetector {

    private static final int WINDOW_CHARS = 110;
    /** A character of a script without blanks says as much as so many letters. */
    private static final int UNSPACED_CHARS = 3;

    private static final int BEFORE_CHARS = 72;
    private static final int SENTENCES_MAX = 2;
    private static final Signs CODE_BEFORE = Signs.of("_.$({[=;@/\\<&|+*%#");
    private static final Signs CODE_AFTER = Signs.of("_()[]{}=;<>&|+/\\$");
    private static final Signs CODE_SIGNS = Signs.of("{};<>\\");
    private static final Signs BREAKS = Signs.of(":=,\"'`()[]|\n\t ");
    /** What ends a word: all that breaks a sentence but colons and equals signs, which values hold, and the signs of code. */
    private static final Signs ENDS = Signs.of(",\"'`()[]|\n\t {};<>\\");

    private static final String ARMOUR = "---";
    private static final Signs STOPS = Signs.of(".?!:;");

    private MentionDetector() {}

    /** What is named between two indexes. */
    enum Sort {
        /** A password: words with digits count where something leads to them. */
        PASSWORD,
        /** A key or token: only random values count. */
        KEY,
        /** A password that the sentence sets: "to" leads to it. */
        CHANGED,
        /** A login: the value follows its user. */
        LOGIN,
        /** What something is encrypted, opened or connected with: a word with digits is a program or a method, unless it is quoted. */
        MEANS,
        /** What people log in to or lock: only what looks like nothing but a password counts. */
        TOPIC;

        static final int COUNT = 6;

        @SuppressWarnings("EnumOrdinal") // the one place that turns the order of the constants into a number
        int index() {
            return ordinal();
        }
    }

    /** A name stands between two indexes; returns the index after its value, or the name's end where none is near. */
    static int find(Scan scan, Sort sort, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        if (!isProse(text, nameStart, nameEnd) || SpokenStart.isThing(text, nameEnd)) {
            return nameEnd;
        }
        boolean changed = sort == Sort.PASSWORD && NamePlace.isChanged(text, nameStart);
        int end = after(scan, changed ? Sort.CHANGED : sort, nameEnd);
        if (end == nameEnd && sort != Sort.KEY && isBefore(scan, sort, nameStart)) {
            scan.found(FindingKind.CREDENTIAL, "secret_mention");
        }
        return end;
    }

    /** Whether a name is a word of a sentence or a label, and no part of program code. */
    static boolean isProse(ScanText text, int nameStart, int nameEnd) {
        char before = text.at(nameStart - 1);
        char next = text.at(nameEnd);
        boolean string = ValueStart.isQuote(before)
                && next == before
                && ":=,)]}\n".indexOf(text.at(text.skipBlanks(nameEnd + 1))) >= 0;
        boolean part = text.isDigit(nameStart - 1)
                || (text.isUpper(nameStart) && text.isJoined(nameStart - 1))
                || (text.isJoined(nameEnd) && !text.isUnspaced(nameEnd - 1))
                || ((next == '.' || next == '-') && text.isJoined(nameEnd + 1));
        return !string
                && !part
                && !CODE_BEFORE.hold(before)
                && (next == '"' || !CODE_AFTER.hold(next))
                && text.at(text.skipBlanks(nameEnd)) != '=';
    }

    private static int after(Scan scan, Sort sort, int nameEnd) {
        ScanText text = scan.text;
        int limit = nameEnd + WINDOW_CHARS;
        int read = scan.mentionsRead(sort.index());
        int i = nameEnd;
        int sentences = 0;
        int word = nameEnd;
        int wordEnd = nameEnd;
        while (i < limit && sentences < SENTENCES_MAX && text.at(i) != 0 && !CODE_SIGNS.hold(text.at(i))) {
            if (isBreak(text, i)) {
                sentences += text.at(i) == '\n' && text.at(i - 1) == '\n' ? 1 : 0;
                i++;
                continue;
            }
            if (text.isUnspaced(i) || isEastMark(text.at(i))) {
                sentences += text.at(i) == '\u3002' ? 1 : 0;
                wordEnd = ++i;
                limit -= UNSPACED_CHARS - 1;
                continue;
            }
            int end = tokenEnd(text, i);
            int value = valueEnd(text, i, end);
            if (sort == Sort.LOGIN && sentences == 0 && isPair(scan, i, value)) {
                scan.readMentions(sort.index(), end);
                scan.found(FindingKind.CREDENTIAL, "secret_mention");
                return value;
            }
            if (isCall(text, end) || text.matches(i, ARMOUR) || isKeyByItself(scan, i)) {
                break;
            }
            boolean adjacent = word == nameEnd && wordEnd == nameEnd;
            if (isSecret(scan, sort, i, value, sentences, adjacent, word, wordEnd)) {
                scan.readMentions(sort.index(), end);
                scan.found(KeyBodyDetector.kindOf(scan, nameEnd, i), "secret_mention");
                return value;
            }
            sentences += value < end && ".?!".indexOf(text.at(end - 1)) >= 0 ? 1 : 0;
            word = i;
            wordEnd = end;
            i = Math.max(end, read);
        }
        scan.readMentions(sort.index(), i);
        return nameEnd;
    }

    private static boolean isSecret(
            Scan scan, Sort sort, int start, int end, int sentences, boolean adjacent, int word, int wordEnd) {
        ValueShape shape = ValueShape.of(scan, start, end);
        ScanText text = scan.text;
        if (shape == ValueShape.NONE) {
            return false;
        }
        if (sort == Sort.TOPIC) {
            boolean habit =
                    text.isDigit(end - 1) && text.isDigit(end - 2) && MentionWords.isHabit(text, word, wordEnd, start);
            return habit || isUnmistakable(text, shape, start, end);
        }
        if (shape == ValueShape.RANDOM) {
            return ((sort != Sort.LOGIN && sort != Sort.MEANS) || sentences == 0) && !PublicValue.is(text, start, end);
        }
        if (sort == Sort.KEY) {
            return false;
        }
        if (shape == ValueShape.STRONG) {
            return sort != Sort.MEANS || !ValueForm.isNameWithSign(text, start, end);
        }
        if (sort == Sort.MEANS) {
            boolean quoted = ValueStart.isQuote(text.at(start - 1)) && text.at(end) == text.at(start - 1);
            return sentences == 0 && adjacent && (quoted || shape == ValueShape.DISGUISED);
        }
        if (sentences > 1) {
            return false;
        }
        int before = text.at(start - 1) == ' ' ? start - 2 : start - 1;
        boolean east = text.isUnspaced(before) || isEastMark(text.at(before));
        if (east || adjacent) {
            return sentences == 0;
        }
        return MentionWords.leads(text, word, wordEnd, start, sort == Sort.LOGIN)
                || (sort == Sort.CHANGED && MentionWords.changes(text, word, wordEnd))
                || (sort != Sort.LOGIN && sentences == 0 && isTold(text, shape, start, end, word, wordEnd));
    }

    /**
     * Whether a word with digits is a password by its form, whatever the grammar before it: with a capital and some digits at its end,
     * or with a mark within the sentence, {@code Sommerurlaub22}, {@code blauwal77!}. What a preposition, an article or the name of
     * a thing leads to is that thing.
     */
    private static boolean isTold(ScanText text, ValueShape shape, int start, int end, int word, int wordEnd) {
        boolean cry = text.at(end) == '!';
        boolean marked = cry && text.at(end + 1) == ' ' && !text.isUpper(end + 2);
        boolean capital = text.isUpper(start) && text.isDigit(end - 1) && (cry || text.isDigit(end - 2));
        return (marked || capital || shape == ValueShape.DISGUISED)
                && !MentionWords.isThing(text, word, wordEnd, start);
    }

    /** Whether it is a password with a sign that names and addresses have not. */
    private static boolean isUnmistakable(ScanText text, ValueShape shape, int start, int end) {
        return shape == ValueShape.STRONG
                && ValueForm.hasSign(text, start, end)
                && !ValueForm.isUserAtHost(text, start, end);
    }

    /** Whether a user and a password stand between two indexes, with a slash between. */
    private static boolean isPair(Scan scan, int start, int end) {
        ScanText text = scan.text;
        int slash = start;
        while (slash < end && (text.isWord(slash) || "._-@".indexOf(text.at(slash)) >= 0)) {
            slash++;
        }
        boolean pair = slash > start + 2 && slash < end - 1 && text.at(slash) == '/' && text.isDigit(end - 1);
        ValueShape shape = pair ? ValueShape.of(scan, slash + 1, end) : ValueShape.NONE;
        return shape == ValueShape.STRONG || (shape != ValueShape.NONE && text.isDigit(end - 2));
    }

    /** Whether the value stands before its name, led to by a word that uses it: {@code use x1 as password}, {@code use x1 to get in}. */
    private static boolean isBefore(Scan scan, Sort sort, int nameStart) {
        ScanText text = scan.text;
        int limit = Math.max(nameStart - BEFORE_CHARS, scan.backRead());
        scan.readBack(nameStart);
        int end = nameStart;
        while (end > limit) {
            while (end > limit && text.at(end - 1) != '\n' && (isBreak(text, end - 1) || text.isUnspaced(end - 1))) {
                end--;
            }
            int start = end;
            while (start > limit && !isBreak(text, start - 1) && !text.isUnspaced(start - 1)) {
                start--;
            }
            char last = text.at(end - 1);
            if (start == end || ".?;{}=".indexOf(last) >= 0) {
                return false;
            }
            int value = valueEnd(text, start, end);
            ValueShape shape = start == limit && start > 0 ? ValueShape.NONE : ValueShape.of(scan, start, value);
            if (sort == Sort.LOGIN && start > limit && isPair(scan, start, value)) {
                return MentionWords.uses(text, start);
            }
            if (shape == ValueShape.STRONG && (sort != Sort.TOPIC || isUnmistakable(text, shape, start, value))) {
                return !MentionWords.isComparison(text, start);
            }
            boolean quoted = ValueStart.isQuote(text.at(start - 1)) && text.at(value) == text.at(start - 1);
            boolean worded =
                    quoted && !MentionWords.isThingBefore(text, start - 1) && !StandIns.namesSecret(text, start, value);
            if (shape != ValueShape.NONE && sort == Sort.PASSWORD && worded) {
                return true;
            }
            boolean asked =
                    shape != ValueShape.NONE && sort == Sort.PASSWORD && !StandIns.namesSecret(text, start, value);
            if (asked
                    && (MentionWords.isAskedFor(text, start, value, nameStart)
                            || MentionWords.isSaidOf(text, start, value, nameStart))) {
                return true;
            }
            boolean told = shape != ValueShape.NONE
                    && (sort == Sort.PASSWORD || sort == Sort.LOGIN)
                    && MentionWords.isOneThought(text, end, nameStart);
            if (told && sort == Sort.LOGIN && MentionWords.joins(text, start)) {
                return true;
            }
            if (told
                    && (MentionWords.isRole(text, end)
                            || isNameOf(text, end, nameStart)
                            || (sort == Sort.LOGIN && MentionWords.uses(text, start)))) {
                return true;
            }
            end = start;
        }
        return false;
    }

    /** Whether "de" alone parts a value from its name: {@code Tortuga.8 de contraseña}. */
    private static boolean isNameOf(ScanText text, int valueEnd, int nameStart) {
        return nameStart - valueEnd == 4 && text.matches(valueEnd, " de ");
    }

    /** Whether a private key stands at an index that says so itself, whatever it is called. */
    private static boolean isKeyByItself(Scan scan, int index) {
        return KeyDetector.isArmour(scan.text, index) || KeyDetector.isPrivateKey(scan, index);
    }

    /** Whether a bracket joins a word: a call or an index of program code. */
    private static boolean isCall(ScanText text, int end) {
        return text.at(end) == '(' || text.at(end) == '[';
    }

    private static boolean isBreak(ScanText text, int index) {
        return BREAKS.hold(text.at(index));
    }

    private static boolean isEastMark(char c) {
        return c >= 0x3000 && c <= 0x303f;
    }

    private static int tokenEnd(ScanText text, int start) {
        int i = start;
        while (i - start < ValueShape.CHARS_MAX && isWordChar(text.at(i))) {
            i++;
        }
        return i == start ? start + 1 : i;
    }

    private static boolean isWordChar(char c) {
        return c > ' ' && !ENDS.hold(c) && (CharTable.kinds(c) & CharTable.UNSPACED) == 0 && !isEastMark(c);
    }

    /** The end of a value without the signs that close a sentence. */
    private static int valueEnd(ScanText text, int start, int end) {
        int i = end;
        while (i > start && STOPS.hold(text.at(i - 1))) {
            i--;
        }
        return i;
    }
}
