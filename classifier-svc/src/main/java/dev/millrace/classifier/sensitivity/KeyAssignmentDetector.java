package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.Locale;
import java.util.Set;

/** Finds keys and tokens that are written after their name; it begins with the name, and returns the index after the key, or after the name. */
final class KeyAssignmentDetector {

    private static final int WORD_CHARS_MAX = 16;
    private static final int KEY_CHARS_MIN = 12;
    private static final int BARE_KEY_CHARS_MIN = 24;
    private static final int WORDED_CHARS_MIN = 16;
    private static final int WORDED_DASHES_MIN = 3;
    /** A key without digits must be this long. */
    private static final int LETTERS_KEY_CHARS_MIN = 20;

    private static final String ENCODED = "base64:";
    /** What stands before "key" where it is no secret. */
    private static final Set<String> PLAIN_KEYS = Set.of(
            "public",
            "cache",
            "partition",
            "primary",
            "foreign",
            "sort",
            "idempotency",
            "object",
            "host",
            "lookup",
            "hash",
            "build",
            "file",
            "row",
            "map",
            "group",
            "routing",
            "publishable",
            "pub",
            "site",
            "dedup",
            "bucket");

    private KeyAssignmentDetector() {}

    /** A key's or token's name stands between two indexes: the value must look random, because code is full of such names. */
    static int key(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int after = ValueStart.afterName(text, nameEnd);
        int value = ValueStart.afterSign(text, after);
        value = value == after ? ValueStart.afterCopula(text, after) : value;
        value = value == after ? ValueStart.afterPurpose(text, after) : value;
        value = value == after ? Math.max(after, ValueStart.afterComma(text, nameStart, nameEnd)) : value;
        if (value > after || (after > nameEnd && NamePlace.isFlag(text, nameStart))) {
            value = ValueStart.insideQuotes(text, value);
            int start = ValueStart.isQuote(text.at(value)) ? value + 1 : value;
            int end = random(scan, nameEnd, start, KEY_CHARS_MIN, "secret_assignment");
            end = end == nameEnd ? signed(scan, nameEnd, value) : end;
            return end == nameEnd ? worded(scan, nameEnd, value) : end;
        }
        if (after > nameEnd && text.at(after) == '(') {
            scan.tokenRun.read(after + 1);
            return text.at(scan.tokenRun.end()) == ')'
                    ? random(scan, nameEnd, after + 1, BARE_KEY_CHARS_MIN, "secret_assignment")
                    : nameEnd;
        }
        int clause = after > nameEnd ? ValueStart.afterClause(text, after) : after;
        if (clause > after) {
            return random(scan, nameEnd, clause, BARE_KEY_CHARS_MIN, "secret_assignment");
        }
        boolean address = text.at(after) == '0' && text.lowerAt(after + 1) == 'x';
        return after == nameEnd || address
                ? nameEnd
                : random(scan, nameEnd, after, BARE_KEY_CHARS_MIN, "secret_assignment");
    }

    /** The word "key" at the end of a name stands between two indexes: a variable in capitals may hold a secret. */
    static int suffix(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int after = ValueStart.afterName(text, nameEnd);
        int value = ValueStart.afterSign(text, after);
        if (value == after
                || text.at(nameStart - 1) != '_'
                || !text.isUpper(nameEnd - 1)
                || isPlainKey(text, nameStart)) {
            return nameEnd;
        }
        value += ValueStart.isQuote(text.at(value)) ? 1 : 0;
        value += text.matches(value, ENCODED) ? ENCODED.length() : 0;
        return random(scan, nameEnd, value, LETTERS_KEY_CHARS_MIN, "secret_assignment");
    }

    /** Whether the word before says that the key is for finding something, or for everyone. */
    private static boolean isPlainKey(ScanText text, int nameStart) {
        int i = nameStart - 1;
        while (nameStart - i <= WORD_CHARS_MAX && text.isLetter(i - 1)) {
            i--;
        }
        return PLAIN_KEYS.contains(text.slice(i, nameStart - 1).toLowerCase(Locale.ROOT));
    }

    /** Reports a value that looks random and returns its end, or the name's end where none begins at an index. */
    static int random(Scan scan, int nameEnd, int start, int charsMin, String rule) {
        CharRun run = scan.tokenRun;
        run.read(start);
        char next = scan.text.at(run.end());
        if (run.length() < charsMin
                || run.letters() < 3
                || (run.digits() == 0 && run.length() < LETTERS_KEY_CHARS_MIN)
                || next == '('
                || next == '['
                || StandIns.isAt(scan.text, start)
                || run.changes() < changesMin(run.length(), charsMin)) {
            return nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, rule);
        return run.end();
    }

    /** A short random key changes less often between digits, small letters and capitals than a long one. */
    private static int changesMin(int length, int charsMin) {
        return length < BARE_KEY_CHARS_MIN ? 3 : charsMin == BARE_KEY_CHARS_MIN ? 5 : 4;
    }

    /** A key with signs that no token has: {@code SECRET_KEY = 'w@x2k$…'}. */
    private static int signed(Scan scan, int nameEnd, int start) {
        PasswordValue value = scan.password;
        if (!value.readSigned(start) || value.length() < KEY_CHARS_MIN) {
            return nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, "secret_assignment");
        return value.end();
    }

    /** Words with dashes and a number between, in quotes: {@code secret = 'say-nothing-4-now'}; names have fewer, or say what they are. */
    private static int worded(Scan scan, int nameEnd, int start) {
        PasswordValue value = scan.password;
        boolean words = ValueStart.isQuote(scan.text.at(start))
                && value.read(start)
                && value.isClosed()
                && value.length() >= WORDED_CHARS_MIN
                && value.dashes() >= WORDED_DASHES_MIN
                && value.digits() == 1
                && !value.isAddress()
                && !StandIns.isIdentifier(scan.text, start + 1, value.end())
                && !StandIns.namesSecret(scan.text, start + 1, value.end());
        if (!words) {
            return nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, "secret_assignment");
        return value.end();
    }
}
