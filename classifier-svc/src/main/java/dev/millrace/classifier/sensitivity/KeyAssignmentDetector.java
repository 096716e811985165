package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.Arrays;
import java.util.Set;

/** Finds keys and tokens that are written after their name; it begins with the name, and returns the index after the key, or after the name. */
final class KeyAssignmentDetector {

    private static final int KEY_CHARS_MIN = 12;
    private static final int BARE_KEY_CHARS_MIN = 24;
    private static final int WORDED_CHARS_MIN = 16;
    private static final int WORDED_DASHES_MIN = 3;
    /** A key without digits must be this long. */
    private static final int LETTERS_KEY_CHARS_MIN = 20;

    private static final int CHOSEN_CHARS_MIN = 10;
    private static final int CAPITALS_MIN = 4;
    private static final String RULE = "secret_assignment";
    /** How certificates, public keys and the armour of keys begin. */
    private static final String[] PUBLIC = {"aaaa", "ls0t", "mii"};

    private static final String SECRET = "secret";
    private static final String ENCODED = "base64:";
    /** What stands before "key" where it is a secret. */
    private static final Set<String> SECRET_KEYS = Set.of("""
            access account admin aes anon api app application auth authentication authorization backup bind bot chacha cipher client
            cluster consumer content cookie credential crypt crypto customer data database db decryption deploy developer device
            encrypt encryption functions gateway hmac integration jwt kek license licence login machine maps master
            mfa otp pass payment peer private prod production proxy psk relay reporting role root secret security seed server service
            session shared sign signature signing sms ssh ssl staging storage stream subscription tls totp user vault webhook wep
            wifi wireguard wpa write
            """.strip().split("\\s+", -1));
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
        int last = NameTail.end(text, nameEnd);
        if (last > nameEnd) {
            return tailed(scan, nameStart, nameEnd, last);
        }
        int value = valueOf(text, nameStart, nameEnd);
        if (value > nameEnd) {
            int start = inside(text, value);
            if (KeyDetector.isArmour(text, start) || KeyDetector.isPrivateKey(scan, start)) {
                return nameEnd;
            }
            int end = random(scan, nameEnd, start, KEY_CHARS_MIN, RULE);
            end = end == nameEnd ? signed(scan, nameEnd, value) : end;
            end = end == nameEnd ? worded(scan, nameEnd, value) : end;
            return end == nameEnd ? chosen(scan, nameEnd, value) : end;
        }
        return bare(scan, nameEnd, nameEnd);
    }

    /** An identifier goes on behind a name: {@code API_KEY_PROD}. */
    private static int tailed(Scan scan, int nameStart, int nameEnd, int last) {
        ScanText text = scan.text;
        int value = valueOf(text, nameStart, last);
        if (value == last) {
            return bare(scan, nameEnd, last);
        }
        int start = inside(text, value);
        boolean file = Arrays.stream(PUBLIC).anyMatch(form -> text.matches(start, form));
        return file ? nameEnd : random(scan, nameEnd, start, WORDED_CHARS_MIN, RULE);
    }

    /** The index of the value behind a name and a sign, "is", a comma, a bracket, or the blank behind a flag; the name's end where none is. */
    private static int valueOf(ScanText text, int nameStart, int nameEnd) {
        int after = ValueStart.afterName(text, nameEnd);
        int value = ValueStart.afterSign(text, after);
        value = value == after ? SpokenStart.afterCopula(text, after) : value;
        value = value == after ? SpokenStart.afterPurpose(text, after) : value;
        value = value == after ? Math.max(after, ValueStart.afterComma(text, nameStart, nameEnd)) : value;
        value = value == after ? ValueStart.afterCall(text, after) : value;
        value = value == after && text.at(after) == '|' && NamePlace.isCell(text, nameStart)
                ? text.skipBlanks(after + 1)
                : value;
        boolean flag = after > nameEnd && NamePlace.isFlag(text, nameStart);
        return value > after || flag ? ValueStart.insideQuotes(text, ValueStart.nextLine(text, value)) : nameEnd;
    }

    /** Whether the word before "key" says that it is a secret. */
    static boolean isSecretKey(ScanText text, int nameStart) {
        return SECRET_KEYS.contains(NameTail.before(text, nameStart));
    }

    /** The index behind the quote of a value, and behind the name of its encoding. */
    private static int inside(ScanText text, int value) {
        int start = ValueStart.isQuote(text.at(value)) ? value + 1 : value;
        return text.matches(start, ENCODED) ? start + ENCODED.length() : start;
    }

    /** No sign stands behind the name: the value follows at once, in brackets, or after a few words. */
    private static int bare(Scan scan, int nameEnd, int last) {
        ScanText text = scan.text;
        int after = ValueStart.afterName(text, last);
        if (after > last && text.at(after) == '(') {
            scan.tokenRun.read(after + 1);
            return text.at(scan.tokenRun.end()) == ')'
                    ? random(scan, nameEnd, after + 1, BARE_KEY_CHARS_MIN, RULE)
                    : nameEnd;
        }
        int clause = after > last ? SpokenStart.afterClause(text, after) : after;
        if (clause > after) {
            return random(scan, nameEnd, clause, BARE_KEY_CHARS_MIN, RULE);
        }
        boolean address = text.at(after) == '0' && text.lowerAt(after + 1) == 'x';
        int value = ValueStart.isQuote(text.at(after)) ? after + 1 : after;
        return after == last || address
                ? nameEnd
                : random(scan, nameEnd, value, value > after ? WORDED_CHARS_MIN : BARE_KEY_CHARS_MIN, RULE);
    }

    /**
     * The word "key" stands between two indexes as the end of a name, or before its tail: the word before says whether it is a secret,
     * {@code masterKey}, {@code hmac_key}; where it says nothing the value must be long and mixed, and lone keys are not looked at.
     */
    static int suffix(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int last = NameTail.end(text, nameEnd);
        String kind = last < 0 ? "" : NameTail.before(text, nameStart);
        boolean capitals = text.at(nameStart - 1) == '_' && text.isUpper(nameEnd - 1);
        if (kind.isEmpty() || PLAIN_KEYS.contains(kind)) {
            return nameEnd;
        }
        if (SECRET_KEYS.contains(kind)) {
            return tailed(scan, nameStart, nameEnd, last);
        }
        int written = valueOf(text, nameStart, last);
        if (written == last) {
            return nameEnd;
        }
        int value = inside(text, written);
        scan.tokenRun.read(value);
        return capitals || scan.tokenRun.capitals() >= CAPITALS_MIN
                ? random(scan, nameEnd, value, LETTERS_KEY_CHARS_MIN, RULE)
                : nameEnd;
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
                || run.changes() < changesMin(run.length(), charsMin)
                || KeyDetector.isPrivateKey(scan, start)
                || PublicValue.isAddress(scan.text, start, run.end())) {
            return nameEnd;
        }
        scan.found(KeyBodyDetector.kindOf(scan, nameEnd, start), rule);
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
        scan.found(FindingKind.CREDENTIAL, RULE);
        return value.end();
    }

    /** What people choose as a secret, {@code JWT_SECRET=Quarry7Lantern!}: only what looks like nothing else. */
    private static int chosen(Scan scan, int nameEnd, int start) {
        PasswordValue value = scan.password;
        if (!value.readUnlessRefused(start)) {
            return nameEnd;
        }
        boolean named = scan.text.matches(nameEnd - SECRET.length(), SECRET);
        boolean secret = value.isStrong()
                && (value.signs() > 0 || value.digits() > 1 || (named && value.isCapital()))
                && (!value.isQuoted() || value.isClosed())
                && (named || (value.length() >= CHOSEN_CHARS_MIN && value.isWrittenSecret()));
        if (!secret) {
            value.refuse();
            return nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, RULE);
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
        scan.found(FindingKind.CREDENTIAL, RULE);
        return value.end();
    }
}
