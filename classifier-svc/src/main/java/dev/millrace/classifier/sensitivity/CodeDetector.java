package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds the secrets that have a form of their own behind their name: the code of a door or an alarm, the password of one program,
 * the answer to a security question.
 */
final class CodeDetector {

    private static final int ACCESS_CHARS_MAX = 60;
    private static final int ACCESS_WORDS_MAX = 9;
    private static final int ACCESS_DIGITS_MIN = 4;
    private static final int ACCESS_CODE_CHARS_MAX = 10;
    private static final int COMBINATION_GROUPS_MIN = 3;
    private static final int COMBINATION_GROUPS_MAX = 5;
    private static final int APP_CHARS_MAX = 60;
    private static final int APP_REMARK_CHARS_MAX = 24;
    private static final int APP_GROUP_CHARS = 4;
    /** Four groups with blanks between. */
    private static final int APP_CHARS = 19;

    private static final Signs VOWELS = Signs.of("aeiouy");
    private static final Signs APP_SIGNS = Signs.of(":=,(\n\"'`|*>");
    private static final int ANSWER_CHARS_MAX = 80;
    private static final int ANSWER_LETTERS_MIN = 4;

    /** What such codes open, in eight languages. */
    private static final Set<String> PLACES = Set.copyOf(List.of("""
            lockbox padlock keybox shed gates till vault mailbox letterbox kasse schuppen keller schlüsselkasten
            alarm door gate garage safe lock locker building flat apartment phone ipad iphone tablet
            sim keypad house tür tor tresor schloss spind haus büro handy alarma puerta portal
            caja garaje móvil porte portail coffre immeuble résidence parking alarme allarme porta portone cancello
            cassaforte telefono portão cofre celular kluis deur poort slot kastje
            """.strip().split("\\s+", -1)));

    /** Words as long as a group of a program's password that sentences about one hold. */
    private static final Set<String> APP_WORDS = Set.copyOf(List.of("""
            must have with your this that will from need when what does four been they into only some also make then them more
            most like just over such very here used code mail user each long uses less than part same char text word
            """.strip().split("\\s+", -1)));

    private CodeDetector() {}

    /** The name of the code of a door, a safe or an alarm stands between two indexes: a few digits may follow. */
    static int access(Scan scan, int nameStart, int nameEnd) {
        return digits(scan, nameStart, nameEnd, false, true);
    }

    /** The word "code" stands between two indexes: what it opens stands before it or between it and its digits. */
    static int code(Scan scan, int nameStart, int nameEnd) {
        return digits(scan, nameStart, nameEnd, true, scan.isNamed(Topic.PLACE, nameStart));
    }

    /** The word "PIN" stands between two indexes: words of the sentence may part it from its digits. */
    static int pin(Scan scan, int nameStart, int nameEnd) {
        boolean place = nameEnd - nameStart > "pin".length();
        return place ? nameEnd : digits(scan, nameStart, nameEnd, true, true);
    }

    private static int digits(Scan scan, int nameStart, int nameEnd, boolean spoken, boolean placed) {
        boolean opens = placed;
        ScanText text = scan.text;
        if ("_.$".indexOf(text.at(nameStart - 1)) >= 0) {
            return nameEnd;
        }
        int word = nameEnd;
        int wordEnd = nameEnd;
        int i = nameEnd;
        for (int words = 0; words < ACCESS_WORDS_MAX && i - nameEnd < ACCESS_CHARS_MAX; words++) {
            while (isGap(text.at(i))) {
                i++;
            }
            int end = i;
            while (end - i < ACCESS_CHARS_MAX && isWordChar(text, end)) {
                end++;
            }
            int combination = combinationEnd(text, i);
            if (combination > i && placed(opens, text, word, wordEnd, i)) {
                scan.found(FindingKind.CREDENTIAL, "access_code");
                return combination;
            }
            if (end == i && !text.isUnspaced(i)) {
                return nameEnd;
            }
            boolean code = end > i && isAccessCode(text, i, end) && !isCounted(text, end);
            boolean east = text.isUnspaced(i - 1) || text.at(i - 1) == '"';
            boolean first = wordEnd == nameEnd;
            boolean led = first ? !spoken || east : east || leads(text, word, wordEnd, i, spoken);
            if (code && led && opens) {
                scan.found(FindingKind.CREDENTIAL, "access_code");
                return end;
            }
            opens |= PLACES.contains(
                    text.slice(i, Math.min(end, i + ACCESS_CHARS_MAX)).toLowerCase(Locale.ROOT));
            if (end > i) {
                word = i;
                wordEnd = end;
            }
            i = Math.max(end, i + 1);
        }
        return nameEnd;
    }

    /** Whether a place that a code opens was named, and the word before a value leads to it. */
    private static boolean placed(boolean opens, ScanText text, int word, int wordEnd, int value) {
        boolean first = wordEnd == word;
        return opens && (first || MentionWords.leads(text, word, wordEnd, value, false) || text.isUnspaced(value - 1));
    }

    /** The end of the numbers of a dial, {@code 38-5-71}: three to five of one or two digits; the start where none are. */
    private static int combinationEnd(ScanText text, int start) {
        int groups = 0;
        int i = start;
        while (groups < COMBINATION_GROUPS_MAX && text.isDigit(i) && (groups == 0 || text.at(i - 1) == '-')) {
            int end = text.isDigit(i + 1) ? i + 2 : i + 1;
            groups++;
            i = text.at(end) == '-' ? end + 1 : end;
        }
        boolean free = !text.isWord(i) && text.at(i - 1) != '-' && text.at(start - 1) != '-';
        return groups >= COMBINATION_GROUPS_MIN && free ? i : start;
    }

    private static boolean leads(ScanText text, int word, int wordEnd, int value, boolean spoken) {
        boolean blank = wordEnd == value - 1 && text.at(wordEnd) == ' ';
        return (blank || !spoken)
                && (MentionWords.leads(text, word, wordEnd, value, false)
                        || (blank && MentionWords.setsNumber(text, word, wordEnd)));
    }

    private static boolean isGap(char c) {
        return c == ' ' || c == ',' || c == ':' || c == '"' || c == '\'' || c == '-' || c == '=';
    }

    private static boolean isWordChar(ScanText text, int index) {
        return (text.isWord(index) && !text.isUnspaced(index)) || text.at(index) == '\'';
    }

    /** Whether four digits or more, or digits with a few capitals, stand between two indexes. */
    private static boolean isAccessCode(ScanText text, int start, int end) {
        int digits = 0;
        boolean capitals = true;
        boolean same = true;
        boolean rising = true;
        for (int i = start; i < end; i++) {
            rising &= text.at(i) - text.at(start) == i - start;
            digits += text.isDigit(i) ? 1 : 0;
            capitals &= text.isDigit(i) || text.isUpper(i);
            same &= text.at(i) == text.at(start);
        }
        return digits >= ACCESS_DIGITS_MIN && capitals && !same && !rising && end - start <= ACCESS_CODE_CHARS_MAX;
    }

    /** Whether a number says how many or how much. */
    private static boolean isCounted(ScanText text, int end) {
        return text.matches(end, " digit")
                || text.matches(end, " hz")
                || text.matches(end, " khz")
                || text.matches(end, " zeichen")
                || (text.at(end) == '.' && text.isDigit(end + 1));
    }

    /** The name of a program's password stands between two indexes: four groups of four small letters may follow, or stand before a remark of it. */
    static int appPassword(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int i = nameEnd;
        while (i - nameEnd < APP_CHARS_MAX && text.at(i) != 0) {
            if (!text.isPlainWord(i)) {
                i++;
                continue;
            }
            int end = i;
            while (end - i < APP_CHARS_MAX && text.isPlainWord(end)) {
                end++;
            }
            int last = i + APP_CHARS;
            if (end - i == APP_GROUP_CHARS && isAppPassword(text, i, last)) {
                scan.found(FindingKind.CREDENTIAL, "app_password");
                return last;
            }
            i = end;
        }
        if (isAppRemark(text, nameStart)) {
            scan.found(FindingKind.CREDENTIAL, "app_password");
        }
        return nameEnd;
    }

    /** Whether such groups stand before the sign of a remark that begins with a name, one word aside: {@code "…")  # gmail app password}. */
    private static boolean isAppRemark(ScanText text, int nameStart) {
        boolean remark = false;
        int i = nameStart;
        while (nameStart - i < APP_REMARK_CHARS_MAX && text.at(i - 1) != '\n' && text.at(i - 1) != 0) {
            i--;
            if (remark && text.isPlainWord(i)) {
                return isAppPassword(text, i + 1 - APP_CHARS, i + 1);
            }
            remark |= KeyBodyDetector.REMARKS.hold(text.at(i));
        }
        return false;
    }

    /** Whether such groups stand between two indexes: behind a sign and with nothing behind them, or with hardly a vowel as no words have it. */
    private static boolean isAppPassword(ScanText text, int start, int end) {
        int odd = 0;
        for (int group = start; group < end; group += APP_GROUP_CHARS + 1) {
            int behind = group + APP_GROUP_CHARS;
            int oddness = oddness(text, group);
            if (oddness < 0
                    || APP_WORDS.contains(text.slice(group, behind))
                    || (behind < end ? text.at(behind) != ' ' : text.isWord(behind) || text.at(behind) == '-')) {
                return false;
            }
            odd += oddness;
        }
        int before = start - 1;
        while (text.at(before) == ' ') {
            before--;
        }
        boolean alone = text.at(end) != ' ' || !text.isLetter(end + 1);
        return odd > 1 || (alone && (odd > 0 || APP_SIGNS.hold(text.at(before))));
    }

    /** How little four small letters are a word: 2 without a vowel, 1 with one at an end, 0 else; -1 where they are a row or others. */
    private static int oddness(ScanText text, int start) {
        int vowels = 0;
        int inner = 0;
        boolean row = true;
        int step = text.at(start + 1) - text.at(start);
        for (int i = start; i < start + APP_GROUP_CHARS; i++) {
            char c = text.at(i);
            if (c < 'a' || c > 'z') {
                return -1;
            }
            boolean vowel = VOWELS.hold(c);
            vowels += vowel ? 1 : 0;
            inner += vowel && i > start && i < start + APP_GROUP_CHARS - 1 ? 1 : 0;
            row &= i == start || (c - text.at(i - 1) == step && (step == 0 || step == 1));
        }
        if (row) {
            return -1;
        }
        if (vowels == 0) {
            return 2;
        }
        return inner == 0 && vowels == 1 ? 1 : 0;
    }

    /** The name of a security question ends at an index: its answer may follow a sign or "is". */
    static int answer(Scan scan, int nameEnd) {
        ScanText text = scan.text;
        int word = nameEnd;
        int wordEnd = nameEnd;
        int i = nameEnd;
        while (i - nameEnd < ANSWER_CHARS_MAX && text.at(i) != 0 && "?{};.".indexOf(text.at(i)) < 0) {
            if (!text.isWord(i)) {
                i++;
                continue;
            }
            int end = i;
            while (end - i < ANSWER_CHARS_MAX && (text.isWord(end) || "-'".indexOf(text.at(end)) >= 0)) {
                end++;
            }
            boolean led = word > nameEnd || text.at(nameEnd) == ':' || text.at(nameEnd + 1) == ':';
            if (led && isAnswer(text, i, end) && MentionWords.leads(text, word, wordEnd, i, false)) {
                scan.found(FindingKind.CREDENTIAL, "security_answer");
                return end;
            }
            word = i;
            wordEnd = end;
            i = end;
        }
        return nameEnd;
    }

    private static boolean isAnswer(ScanText text, int start, int end) {
        int letters = 0;
        for (int i = start; i < end; i++) {
            letters += text.isLetter(i) ? 1 : 0;
        }
        boolean label = text.at(end) == ':' || text.at(end) == '\'' || text.at(text.skipBlanks(end)) == '?';
        return letters >= ANSWER_LETTERS_MIN && text.isUpper(start) && !label && !StandIns.isWord(text, start, end);
    }
}
