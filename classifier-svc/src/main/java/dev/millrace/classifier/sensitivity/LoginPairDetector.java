package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/**
 * Finds a password by its place beside its user: among the arguments of a call, {@code mysqli("host", "ada", "x1")}, or behind
 * words that announce a login, {@code log in with ada / x1}. It begins with the words, and returns the index after the
 * password, or after the words where there is none.
 */
final class LoginPairDetector {

    private static final int ARGUMENTS_CHARS_MAX = 160;
    private static final int PASSWORD_CHARS_MIN = 6;
    private static final int PASSWORD_CHARS_MAX = 32;
    private static final int USER_CHARS_MAX = 64;

    private static final Signs USER_SIGNS = Signs.of("._@-+");
    private static final Signs PATH_ENDS = Signs.of("\"'<>,;/()");
    private static final Signs VALUE_ENDS = Signs.of("\"'<>,;");
    private static final Signs LOGIN_ENDS = Signs.of("@/:'\"<>{}$");

    private LoginPairDetector() {}

    /** The name of a function whose argument of that number is a password ends at an index; it may also lead to a pair. */
    static int call(Scan scan, int argument, int nameEnd) {
        ScanText text = scan.text;
        int open = ValueStart.isQuote(text.at(nameEnd)) && text.at(nameEnd + 1) == ')' ? nameEnd + 2 : nameEnd;
        return text.at(open) == '(' ? argument(scan, argument, open, nameEnd) : pair(scan, nameEnd, false);
    }

    /** A bracket opens at an index, behind a name of logins: {@code auth=("ada", "x1")}. */
    static int pairInBrackets(Scan scan, int open, int nameEnd) {
        return argument(scan, 1, open, nameEnd);
    }

    private static int argument(Scan scan, int argument, int open, int nameEnd) {
        ScanText text = scan.text;
        int value = argumentAt(text, open + 1, argument, open + ARGUMENTS_CHARS_MAX);
        PasswordValue password = scan.password;
        boolean secret = value > open
                && ValueStart.isQuote(text.at(value))
                && password.read(value)
                && password.isClosed()
                && isSecret(password)
                && password.digits() > 0
                && ",)".indexOf(text.at(text.skipBlanks(password.end() + 1))) >= 0;
        return secret ? found(scan, "login_call") : nameEnd;
    }

    /** The index of an argument, counted from 0, of those that begin at an index, or -1 where there are fewer. */
    static int argumentAt(ScanText text, int first, int argument, int limit) {
        int value = first;
        for (int i = 0; i < argument; i++) {
            int next = nextArgument(text, value, limit);
            if (next == value) {
                return -1;
            }
            value = next;
        }
        return value;
    }

    /** The words before a user and a password end at an index. */
    static int pair(Scan scan, int leadEnd) {
        return pair(scan, leadEnd, true);
    }

    /**
     * Reads a user and a password. Pages, methods and steps are written as pairs too, {@code sign in with Google/OAuth2}: where no
     * sign stands behind the lead the pair needs blanks around its slash, or a password with a sign behind a lead of several words.
     */
    private static int pair(Scan scan, int leadEnd, boolean telling) {
        ScanText text = scan.text;
        int after = ValueStart.afterName(text, leadEnd);
        int user = ValueStart.afterSign(text, after);
        if (user == leadEnd || !text.isLetter(user)) {
            return leadEnd;
        }
        int end = user;
        while (end - user < USER_CHARS_MAX && (text.isWord(end) || USER_SIGNS.hold(text.at(end)))) {
            end++;
        }
        int sign = text.skipBlanks(end);
        int value = text.skipBlanks(sign + 1);
        boolean label = text.at(sign) == ':' && value > sign + 1;
        boolean pair = (text.at(sign) == '/' || text.at(sign) == ':') && !label && !scan.refusedPair.holds(value);
        boolean announced = user > after && text.at(after) != '>';
        boolean apart = telling && text.at(end) == ' ' && scan.password.read(end + 1) && isApart(scan.password);
        if (apart) {
            return found(scan, "login_pair");
        }
        boolean spaced = sign > end && value > sign + 1;
        if (!pair || !(announced || spaced || telling)) {
            return leadEnd;
        }
        PasswordValue password = scan.password;
        boolean secret = password.read(value)
                && isSecret(password)
                && !password.isAddress()
                && password.digits() > 0
                && (password.signs() > 0
                        || password.isScrambled()
                        || ((announced || spaced) && isUnlikeWords(password)));
        if (!secret) {
            scan.refusedPair.set(value, password.end());
        }
        return secret ? found(scan, "login_pair") : leadEnd;
    }

    /** Whether a blank is enough between a user and what looks like nothing but a password. */
    private static boolean isApart(PasswordValue password) {
        return password.isStrong() && (password.signs() > 0 || password.digits() > 1) && password.endsLine();
    }

    /** One digit in a word is a version or a pun, {@code OAuth2}, {@code session2cookie}. */
    private static boolean isUnlikeWords(PasswordValue password) {
        return password.digits() > 1 && (password.hasDigitWithin() || password.isMixed());
    }

    /** The name of a user ends at an index: a slash between blanks and a password may follow. */
    static int user(Scan scan, int nameEnd) {
        ScanText text = scan.text;
        if (text.at(nameEnd) == ':') {
            return beforeHost(scan, nameEnd);
        }
        boolean spaced = text.matches(nameEnd, " / ");
        if (spaced && scan.password.read(nameEnd + 3) && scan.password.isStrong()) {
            return found(scan, "login_pair");
        }
        return text.at(nameEnd) == '/' ? afterSlash(scan, nameEnd) : nameEnd;
    }

    /** A slash stands behind a user that nearly every machine has: {@code root/x1}; paths begin alike, so the value must say more. */
    private static int afterSlash(Scan scan, int slash) {
        ScanText text = scan.text;
        int end = slash + 1;
        while (end - slash <= USER_CHARS_MAX && text.at(end) > ' ' && !PATH_ENDS.hold(text.at(end))) {
            end++;
        }
        boolean last = (text.at(end) <= ' ' || text.at(end) == ',') && text.at(end - 1) != '.';
        boolean path = end - slash <= PASSWORD_CHARS_MIN || !last;
        return !path && ValueShape.of(scan, slash + 1, end).isStronger() ? found(scan, "login_pair", end) : slash;
    }

    /**
     * A mail address ends at an index: a password may follow a sign or a blank, as in lists of logins. Other lists have identifiers, companies
     * and teams there: behind a comma or a blank it needs a sign and the end of the line.
     */
    static int afterAddress(Scan scan, int addressEnd) {
        ScanText text = scan.text;
        int sign = text.skipBlanks(addressEnd);
        boolean signed = "/:|;,".indexOf(text.at(sign)) >= 0 && text.at(sign) != 0;
        int value = signed ? text.skipBlanks(sign + 1) : sign;
        int end = value;
        while (end - value <= PASSWORD_CHARS_MAX && text.at(end) > ' ' && !VALUE_ENDS.hold(text.at(end))) {
            end++;
        }
        boolean last = text.at(end) <= ' ' || text.at(end) == ',' || text.at(end) == ';';
        if (value == addressEnd || end - value < PASSWORD_CHARS_MIN || !last) {
            return addressEnd;
        }
        ValueShape shape = ValueShape.of(scan, value, end);
        boolean tight = signed && value == addressEnd + 1 && text.at(sign) == ':';
        boolean list = !signed || text.at(sign) == ',' || text.at(sign) == ';';
        if (list) {
            char next = text.at(text.skipBlanks(end));
            boolean alone =
                    shape == ValueShape.STRONG && ValueForm.hasSign(text, value, end) && (next == 0 || next == '\n');
            return alone ? found(scan, "login_pair", end) : addressEnd;
        }
        boolean secret = shape.isStronger() || (tight && shape == ValueShape.LIKELY);
        return secret ? found(scan, "login_pair", end) : addressEnd;
    }

    /** A password between the colon behind a user and the at sign before a host: {@code root:x1@db}. */
    private static int beforeHost(Scan scan, int nameEnd) {
        ScanText text = scan.text;
        int end = nameEnd + 1;
        while (end - nameEnd <= ARGUMENTS_CHARS_MAX && text.at(end) > ' ' && !LOGIN_ENDS.hold(text.at(end))) {
            end++;
        }
        int start = nameEnd + 1;
        boolean host = text.at(end) == '@' && text.isWord(end + 1) && end - start >= PASSWORD_CHARS_MIN;
        boolean secret = host
                && (ValueShape.of(scan, start, end) != ValueShape.NONE || ValueForm.isUnspeakable(text, start, end));
        if (secret) {
            scan.found(FindingKind.CREDENTIAL, "login_pair");
        }
        return secret ? end : nameEnd;
    }

    /** The name of a command with a password among its arguments stands between two indexes; {@code .NET} is none. */
    static int arguments(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        if (text.at(nameStart - 1) == '.' || text.isWord(nameStart - 1)) {
            return nameEnd;
        }
        int from = text.skipBlanks(nameEnd);
        int end = scan.isArgument(nameEnd) ? from : Math.min(scan.argumentsEnd(nameEnd), from + ARGUMENTS_CHARS_MAX);
        boolean command = text.at(from) == '-';
        int i = from;
        for (int argument = 0; i < end && from > nameEnd; argument++) {
            command |= text.at(i) == '\\' || (text.at(i + 1) == ':' && text.at(i + 2) <= ' ');
            boolean placed = command || (argument == 1 && ValueStart.isQuote(text.at(i)));
            if (scan.password.read(i) && scan.password.isStrong() && (placed || isSecond(scan, argument))) {
                return found(scan, "login_argument");
            }
            while (i < end && text.at(i) > ' ') {
                i++;
            }
            i = text.skipBlanks(i + 1);
        }
        return nameEnd;
    }

    /** Whether the password is the second argument, and a switch or nothing follows: {@code net user ada x1 /add}. */
    private static boolean isSecond(Scan scan, int argument) {
        ScanText text = scan.text;
        int end = scan.password.end();
        int next = text.skipBlanks("!?.*".indexOf(text.at(end)) >= 0 ? end + 1 : end);
        boolean last =
                scan.password.signs() > 0 && (text.at(next) == 0 || text.at(next) == '\n' || text.at(next) == '`');
        return argument == 1 && (last || (text.at(next) == '/' && text.isLetter(next + 1)));
    }

    private static boolean isSecret(PasswordValue password) {
        return password.length() >= PASSWORD_CHARS_MIN
                && password.letters() > 0
                && password.digits() + password.signs() > 0;
    }

    private static int found(Scan scan, String rule, int end) {
        scan.found(FindingKind.CREDENTIAL, rule);
        return end;
    }

    private static int found(Scan scan, String rule) {
        scan.found(FindingKind.CREDENTIAL, rule);
        return scan.password.end();
    }

    /** The index of the argument after the one that begins at an index, or the index where no other follows. */
    private static int nextArgument(ScanText text, int start, int limit) {
        char quote = ValueStart.isQuote(text.at(start)) ? text.at(start) : 0;
        for (int i = quote == 0 ? start : start + 1; i < limit && text.at(i) >= ' '; i++) {
            char c = text.at(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == ',') {
                return text.skipBlanks(i + 1);
            } else if ("();{}".indexOf(c) >= 0) {
                return start;
            }
        }
        return start;
    }
}
