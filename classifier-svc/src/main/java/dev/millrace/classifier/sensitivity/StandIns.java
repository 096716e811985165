package dev.millrace.classifier.sensitivity;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tells what stands where a secret would: words of a form, types, variables, paths and the names of algorithms. */
final class StandIns {

    private static final int WORD_CHARS_MAX = 16;
    private static final int VARIABLE_CHARS_MAX = 32;
    private static final int NUMBERED_CHARS_MAX = 6;
    private static final int CALL_CHARS_MAX = 16;
    private static final Signs BREAKS = Signs.of("\"'`,;<>|");
    private static final int NAME_CHARS_MAX = 40;
    private static final String SIGILS = "&:@!*?[(~%";
    private static final Set<String> WORDS = Set.copyOf(List.of("""
            required optional string str text none null nil true false undefined field hidden invalid incorrect wrong forgotten
            changed reset must your the a an my our new old password passwort passwd pwd pass kennwort contraseña senha wachtwoord
            passcode passphrase пароль 密码 密碼 パスワード 비밀번호 secret token value example placeholder sample files bool boolean number changeme redacted filtered masked
            removed secure strong weak empty missing unknown safe not too char varchar int integer bytes byte buffer blob any never
            here below above same input expired protected encrypted hashed encoded plaintext cleartext given entered provided
            candidate generated random default confirm confirmation self this used needed set sent stored always correct okay ok
            important kept yes no it is was to for and or in on what how which that if when only being has case-sensitive
            write-only read-only auto-generated
            """.strip().split("\\s+", -1)));
    private static final String[] NAME_PARTS = {
        "pass", "pwd", "pw", "secret", "token", "hash", "key", "cred", "arg", "env"
    };
    private static final String[] ALGORITHMS = {
        "sha-", "sha1", "sha2", "sha3", "sha5", "md5", "bcrypt", "scrypt", "argon2", "pbkdf2", "base64", "utf-8", "aes-"
    };

    private static final Signs ALGORITHM_BEGINNINGS = Signs.of("smbapu");
    private static final Signs CALL_SIGNS = Signs.of("!#%&?$@^*");
    private static final Signs PATH_SIGNS = Signs.of("._/-~:");
    private static final Signs WORDY_ENDS = Signs.of("\"'`,;<>|@");
    private static final Signs WORDY_SIGNS = Signs.of("-_.()/");

    private StandIns() {}

    /** Whether what begins at an index announces that a secret is to be put there. */
    static boolean isAt(ScanText text, int start) {
        return switch (text.at(start)) {
            case '<', '{' -> true;
            case '&' -> text.matches(start, "&lt") || text.matches(start, "&#") || isParameter(text, start + 1);
            case '$' -> isShellValue(text, start + 1);
            case '%' -> isVariable(text, start + 1);
            case 'y', 'Y' -> text.matches(start, "your") && isWordy(text, start);
            case 'e', 'E' -> text.matches(start, "example") && isWordy(text, start);
            default -> false;
        };
    }

    /** Whether the characters between two indexes are a word that stands for a secret or says something of one. */
    static boolean isWord(ScanText text, int start, int end) {
        return end - start <= WORD_CHARS_MAX
                && WORDS.contains(text.slice(start, end).toLowerCase(Locale.ROOT));
    }

    /** A bracket belongs to a password only where none closes it and other signs and a digit stand behind it. */
    static boolean isCall(ScanText text, int bracket) {
        boolean sign = false;
        boolean digit = false;
        for (int i = bracket + 1; i - bracket < CALL_CHARS_MAX; i++) {
            char c = text.at(i);
            if (!isInside(c)) {
                break;
            }
            if (c == ')' || c == ']') {
                return true;
            }
            sign |= CALL_SIGNS.hold(c);
            digit |= c >= '0' && c <= '9';
        }
        return !sign || !digit;
    }

    /** Whether a character belongs to a value without quotes. */
    static boolean isInside(char c) {
        return c > ' ' && !BREAKS.hold(c);
    }

    /** Whether such a word is the first of a list, or stands in brackets: {@code required|min:8}, {@code [FILTERED]}. */
    static boolean isListedWord(ScanText text, int start, int end) {
        int from = start;
        while (from < end && "[(*#".indexOf(text.at(from)) >= 0) {
            from++;
        }
        int i = from;
        while (i < end && i - from <= WORD_CHARS_MAX && text.isLetter(i)) {
            i++;
        }
        return i > from && (from > start || i == end || "|:,".indexOf(text.at(i)) >= 0) && isWord(text, from, i);
    }

    /** Whether a sign of a language leads to a name: {@code :password}, {@code @pw1}, {@code &str}, {@code !secret}, {@code [FILTERED]}. */
    static boolean isMarkedName(ScanText text, int start, int end) {
        int i = start;
        while (i < end && SIGILS.indexOf(text.at(i)) >= 0) {
            i++;
        }
        if (i == start || i == end) {
            return i > start || text.matches(start, "#{");
        }
        boolean numbered = text.isDigit(end - 1) && (end - i <= NUMBERED_CHARS_MAX || namesSecret(text, i, end));
        boolean marked = "@%".indexOf(text.at(end - 1)) >= 0 && text.at(end - 1) == text.at(start);
        int name = numbered || marked ? end - 1 : end;
        while (i < name && (text.isLetter(i) || text.at(i) == '_' || text.at(i) == '.')) {
            i++;
        }
        return i == name || text.at(i) == '{';
    }

    /** Whether a path of a file begins at an index and goes on to the other: {@code /run/secrets/db}, {@code ./x}, {@code C:\x}. */
    static boolean isPath(ScanText text, int start, int end) {
        boolean drive = text.isLetter(start) && text.at(start + 1) == ':' && "\\/".indexOf(text.at(start + 2)) >= 0;
        boolean rooted = text.at(start) == '/'
                || text.matches(start, "./")
                || text.matches(start, "../")
                || text.matches(start, "~/");
        for (int i = start; rooted && i < end; i++) {
            rooted = text.isWord(i) || PATH_SIGNS.hold(text.at(i));
        }
        return drive || rooted;
    }

    /** Whether the name of an algorithm or an encoding begins at an index. */
    static boolean isAlgorithm(ScanText text, int start) {
        if (!ALGORITHM_BEGINNINGS.hold(text.lowerAt(start))) {
            return false;
        }
        for (String algorithm : ALGORITHMS) {
            if (text.matches(start, algorithm)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the characters between two indexes are several words put together of which one names a secret. */
    static boolean isIdentifier(ScanText text, int start, int end) {
        boolean joined = false;
        for (int i = start + 1; i < end && !joined; i++) {
            char c = text.at(i);
            joined = c == '_' || c == '.' || (text.isUpper(i) && !text.isUpper(i - 1));
        }
        return joined && namesSecret(text, start, end);
    }

    static boolean namesSecret(ScanText text, int start, int end) {
        String name = text.slice(start, Math.min(end, start + NAME_CHARS_MAX)).toLowerCase(Locale.ROOT);
        for (String part : NAME_PARTS) {
            if (name.contains(part)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a dollar sign leads to a variable, to a command, or into a stored hash, and not into a password. */
    private static boolean isShellValue(ScanText text, int start) {
        int i = start;
        int digits = 0;
        boolean lower = false;
        while (i - start < VARIABLE_CHARS_MAX && (text.isPlainWord(i) || text.at(i) == '_')) {
            digits += text.isDigit(i) ? 1 : 0;
            lower |= text.isLetter(i) && !text.isUpper(i);
            i++;
        }
        return digits == 0 || !lower || text.isDigit(start) || text.at(i) == '$' || namesSecret(text, start, i);
    }

    /** Whether the next parameter of an address follows. */
    private static boolean isParameter(ScanText text, int start) {
        int i = start;
        while (i - start < VARIABLE_CHARS_MAX && (text.isLetter(i) || text.at(i) == '_')) {
            i++;
        }
        return i > start && text.at(i) == '=';
    }

    /** Whether a name and a closing percent sign follow. */
    private static boolean isVariable(ScanText text, int start) {
        int i = start;
        while (i - start < VARIABLE_CHARS_MAX && (text.isPlainWord(i) || text.at(i) == '_')) {
            i++;
        }
        return i > start && text.at(i) == '%' && !text.isWord(i + 1);
    }

    /** Whether only words follow, or one that names a secret: {@code your-password-1}, but not {@code yourM0m!42}. */
    private static boolean isWordy(ScanText text, int start) {
        int i = start;
        boolean words = true;
        while (i - start < NAME_CHARS_MAX && text.at(i) > ' ' && !WORDY_ENDS.hold(text.at(i))) {
            words &= text.isLetter(i) || WORDY_SIGNS.hold(text.at(i));
            i++;
        }
        return words || namesSecret(text, start, i);
    }
}
