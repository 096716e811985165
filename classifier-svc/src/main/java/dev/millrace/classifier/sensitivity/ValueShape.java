package dev.millrace.classifier.sensitivity;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a word of a text looks like when it is read by itself: nothing but a password, perhaps one, a random key, or a word.
 *
 * <p>People make passwords of words with digits and signs in unusual places: {@code Marmot!Lake77}, {@code Str33t_9},
 * {@code hunter2}. The first two say so themselves; the last needs words around it that do.
 */
enum ValueShape {
    /** A word, a number, a name, an address. */
    NONE,
    /** A word with digits, as passwords and names of machines are made: words beside it must say which. */
    LIKELY,
    /** A word with digits in place of letters, {@code Wr3n-Tarpon}. */
    DISGUISED,
    /** A password by its own look. */
    STRONG,
    /** A random key. */
    RANDOM;

    static final int CHARS_MAX = 100;

    /** Whether it looks like a password or a key by itself, and not like a word with a number. */
    boolean isStronger() {
        return this == DISGUISED || this == STRONG || this == RANDOM;
    }

    private static final int CHARS_MIN = 6;
    private static final int LETTERS_MIN = 3;
    private static final int LIKELY_LETTERS_MIN = 4;
    private static final int LIKELY_DIGITS_MAX = 8;
    private static final int KEY_CHARS_MIN = 16;
    private static final int BASE32_BLOCK_CHARS = 8;
    private static final int KEY_CHANGES_MIN = 4;
    private static final int TAIL_CHARS_MAX = 6;
    private static final String JOINERS = "-_.";
    private static final String SIGNS = "!#$%&*?+^~";
    private static final String KEY_SIGNS = "/=:";
    /** Digits that look like letters. */
    private static final String LETTER_DIGITS = "013457";
    /** Words that a number follows without making a password of them. */
    private static final Set<String> NUMBERED = Set.copyOf(List.of("""
            windows win python py version vers sha shake utf base iso rfc ipv http https oauth openid tls ssl android ios java jdk
            jre node php postgres postgresql mysql oracle ubuntu debian fedora rhel centos section chapter figure step line page
            user users server srv host client test tests web app db item table column room zimmer port level type option phase
            day week covid arg args param var key value string int float uint long double double word byte bytes utf8mb md crc ed
            curve secp argon bcrypt scrypt pbkdf aes rsa des ecdsa hmac xchacha chacha poly blake rc beta alpha
            release build office excel outlook exchange sharepoint sql mssql react vue angular spring log netty junit vm
            cluster worker master prod staging dev router switch gateway printer camera device laptop phone tablet iphone galaxy
            pixel model group team account field input box form file image img photo video track part volume vol no nr num number
            id art abs jira task ticket issue bug pr mr kw quartal year jahr
            """.strip().split("\\s+", -1)));

    /** What the characters between two indexes look like. */
    static ValueShape of(Scan scan, int start, int end) {
        ScanText text = scan.text;
        if (end - start < CHARS_MIN || end - start > CHARS_MAX || !hasDigit(text, start, end)) {
            return NONE;
        }
        Counts counts = new Counts(text, start, end);
        if (counts.letters < LETTERS_MIN || isStandIn(text, start, end)) {
            return NONE;
        }
        if (counts.others == 0 && (isRandom(scan, start, end) || isBase32(text, start, end))) {
            return RANDOM;
        }
        if (counts.others + counts.keySigns > 0 || counts.decimal || isAddress(text, start, end)) {
            return NONE;
        }
        if (ValueForm.isVersion(text, start, end) || ValueForm.isAmount(text, start, end)) {
            return NONE;
        }
        boolean numbered = isNumbered(text, start, end);
        boolean plain = counts.letters + counts.digits == end - start;
        if (plain && counts.digits > 1 && ValueForm.isScrambled(text, start, end)) {
            return STRONG;
        }
        if (!numbered && ((counts.signs > 0 && !isMarked(text, start)) || counts.twinned)) {
            return STRONG;
        }
        boolean likely = text.isLetter(start)
                && counts.letters >= LIKELY_LETTERS_MIN
                && counts.digits <= LIKELY_DIGITS_MAX
                && counts.lower > 1
                && !numbered;
        return !likely ? NONE : counts.disguised ? DISGUISED : LIKELY;
    }

    /** Most words of a text have none, and are nothing else then. */
    private static boolean hasDigit(ScanText text, int start, int end) {
        int i = start;
        while (i < end && !text.isDigit(i)) {
            i++;
        }
        return i < end;
    }

    private static boolean isStandIn(ScanText text, int start, int end) {
        return StandIns.isAt(text, start)
                || StandIns.isMarkedName(text, start, end)
                || StandIns.isAlgorithm(text, start)
                || StandIns.isPath(text, start, end);
    }

    private static boolean isRandom(Scan scan, int start, int end) {
        if (end - start < KEY_CHARS_MIN) {
            return false;
        }
        scan.tokenRun.read(start);
        return scan.tokenRun.end() >= end && scan.tokenRun.changes() >= KEY_CHANGES_MIN;
    }

    /** Whether it is a secret as authenticators take it: blocks of eight capitals and digits from 2 to 7. */
    private static boolean isBase32(ScanText text, int start, int end) {
        boolean base32 = end - start >= KEY_CHARS_MIN && (end - start) % BASE32_BLOCK_CHARS == 0;
        for (int i = start; i < end && base32; i++) {
            base32 = text.isUpper(i) || (text.at(i) >= '2' && text.at(i) <= '7');
        }
        return base32;
    }

    /** Whether a sign leads it, as tags, mentions and options have it. */
    private static boolean isMarked(ScanText text, int start) {
        return !text.isWord(start);
    }

    /** Whether it ends like the name of a file or a host: with a dot and a few small letters. */
    private static boolean isAddress(ScanText text, int start, int end) {
        int i = end;
        while (i > start && text.isLetter(i - 1) && !text.isUpper(i - 1)) {
            i--;
        }
        return i > start && i < end && end - i <= TAIL_CHARS_MAX && text.at(i - 1) == '.';
    }

    /** Whether it is a common word and a number: {@code server01}, {@code Windows-11}, {@code issue#4411}. */
    private static boolean isNumbered(ScanText text, int start, int end) {
        int i = start;
        while (i < end && text.isLetter(i)) {
            i++;
        }
        if (i - start == 1) {
            int digit = i;
            while (digit < end && !text.isLetter(digit)) {
                digit++;
            }
            return digit == end;
        }
        return NUMBERED.contains(text.slice(start, i).toLowerCase(Locale.ROOT));
    }

    /** What a word is made of. */
    private static final class Counts {

        private int letters;
        private int lower;
        private int digits;
        private int signs;
        private int keySigns;
        private int others;
        /** Whether a digit, a dot and a digit follow one another. */
        private boolean decimal;
        /** Whether two equal digits that look like letters stand between letters: {@code Str33t}. */
        private boolean twinned;
        /** Whether a digit that looks like a letter stands between letters. */
        private boolean disguised;

        Counts(ScanText text, int start, int end) {
            for (int i = start; i < end; i++) {
                count(text, i, i > start && i < end - 1);
            }
        }

        private void count(ScanText text, int i, boolean inside) {
            char c = text.at(i);
            if (text.isLetter(i)) {
                letters++;
                lower += text.isUpper(i) ? 0 : 1;
            } else if (text.isDigit(i)) {
                digits++;
                disguised |= LETTER_DIGITS.indexOf(c) >= 0 && text.isLetter(i - 1) && text.isLetter(i + 1);
                twinned |= c == text.at(i + 1)
                        && LETTER_DIGITS.indexOf(c) >= 0
                        && text.isLetter(i - 1)
                        && text.isLetter(i - 2)
                        && text.isLetter(i + 2);
            } else if (c == '@') {
                boolean sign = (digits > 0 && text.isWord(i + 1)) || text.isDigit(i + 1);
                signs += sign ? 1 : 0;
                others += sign || digits > 0 ? 0 : 1;
            } else if (SIGNS.indexOf(c) >= 0) {
                signs += inside && !(c == '#' && text.isDigit(i + 1)) ? 1 : 0;
            } else if (JOINERS.indexOf(c) >= 0) {
                decimal |= c == '.' && text.isDigit(i - 1) && text.isDigit(i + 1);
            } else if (KEY_SIGNS.indexOf(c) >= 0) {
                keySigns++;
            } else {
                others++;
            }
        }
    }
}
