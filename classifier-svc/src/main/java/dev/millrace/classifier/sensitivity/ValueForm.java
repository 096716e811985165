package dev.millrace.classifier.sensitivity;

/** What the characters of a value between two indexes are like: a constant, an address, words with hyphens. */
final class ValueForm {

    private static final Signs ADDRESS = Signs.of("./:\\=");
    private static final int VERSION_DIGITS_MAX = 2;
    private static final int CURRENCY_CHARS_MAX = 3;
    private static final int UNSPEAKABLE_CHARS_MIN = 8;
    private static final int UNSPEAKABLE_CHANGES_MIN = 4;
    private static final int SCRAMBLED_CHARS_MIN = 10;
    private static final int SCRAMBLED_CHANGES_MIN = 5;

    private ValueForm() {}

    /** Whether it is a constant of a program or a version. */
    static boolean isConstant(ScanText text, int start, int end) {
        boolean joined = false;
        boolean capitals = true;
        for (int i = start; i < end; i++) {
            joined |= text.at(i) == '_';
            capitals &= text.isUpper(i) || !text.isLetter(i);
            if (text.at(i) == '.' && text.isDigit(start)) {
                return true;
            }
        }
        return joined && capitals;
    }

    /** Whether capitals and small letters are in it, the first letter aside. */
    static boolean isMixed(ScanText text, int start, int end) {
        boolean upper = false;
        boolean lower = false;
        for (int i = start; i < end; i++) {
            upper |= text.isUpper(i) && i > start;
            lower |= text.isLetter(i) && !text.isUpper(i);
        }
        return upper && lower;
    }

    /** Whether it is a package with its version: a small name and a short number, {@code eslint@9}, {@code react-dom@18.2}. */
    static boolean isVersion(ScanText text, int start, int end) {
        int number = numberBefore(text, start, end);
        boolean small = number > start + 1 && number < end && text.at(number - 1) == '@';
        for (int i = start; i < number - 1 && small; i++) {
            small = text.isLetter(i) ? !text.isUpper(i) : text.at(i) == '-';
        }
        int first = number;
        while (first < end && text.isDigit(first)) {
            first++;
        }
        return small && first - number <= VERSION_DIGITS_MAX;
    }

    /** Whether it is an amount with its currency: {@code AUD$1500}. */
    static boolean isAmount(ScanText text, int start, int end) {
        int number = numberBefore(text, start, end);
        boolean capitals = number > start + 1 && number < end && number - start <= CURRENCY_CHARS_MAX + 1;
        for (int i = start; i < number - 1 && capitals; i++) {
            capitals = text.isUpper(i);
        }
        return capitals && "$€£¥".indexOf(text.at(number - 1)) >= 0;
    }

    /** Where the digits, dots and commas begin with which it ends. */
    private static int numberBefore(ScanText text, int start, int end) {
        int i = end;
        while (i > start && (text.isDigit(i - 1) || text.at(i - 1) == '.' || text.at(i - 1) == ',')) {
            i--;
        }
        return i;
    }

    /** Whether it is somebody at a host, or a mail address: {@code deploy2@build-01}. */
    static boolean isUserAtHost(ScanText text, int start, int end) {
        int at = start;
        while (at < end && (text.isWord(at) || text.at(at) == '.' || text.at(at) == '-')) {
            at++;
        }
        boolean host = at > start && at < end - 1 && text.at(at) == '@' && text.isLetter(at + 1);
        for (int i = at + 1; i < end && host; i++) {
            host = text.isWord(i) || text.at(i) == '.' || text.at(i) == '-';
        }
        return host;
    }

    /** Whether letters change between capitals and small ones again and again, two capitals side by side, with a vowel in four at most. */
    static boolean isUnspeakable(ScanText text, int start, int end) {
        boolean pair = false;
        for (int i = start + 1; i < end && !pair; i++) {
            pair = text.isUpper(i) && text.isUpper(i - 1);
        }
        return pair
                && end - start >= UNSPEAKABLE_CHARS_MIN
                && changes(text, start, end) >= UNSPEAKABLE_CHANGES_MIN
                && vowels(text, start, end) * 4 <= end - start;
    }

    /** Whether digits, capitals and small letters change again and again, as in no name: hardly a vowel among them. */
    static boolean isScrambled(ScanText text, int start, int end) {
        return end - start >= SCRAMBLED_CHARS_MIN
                && isMixed(text, start, end)
                && changes(text, start, end) >= SCRAMBLED_CHANGES_MIN
                && vowels(text, start, end) * 10 <= (end - start) * 3;
    }

    /** How often a capital, a small letter or another character is followed by one of another kind. */
    private static int changes(ScanText text, int start, int end) {
        int changes = 0;
        for (int i = start + 1; i < end; i++) {
            changes += text.isUpper(i) != text.isUpper(i - 1) || text.isDigit(i) != text.isDigit(i - 1) ? 1 : 0;
        }
        return changes;
    }

    private static int vowels(ScanText text, int start, int end) {
        int vowels = 0;
        for (int i = start; i < end; i++) {
            vowels += "aeiou".indexOf(text.lowerAt(i)) >= 0 ? 1 : 0;
        }
        return vowels;
    }

    /** Whether it has the signs of a path, a member or an address. */
    static boolean isAddress(ScanText text, int start, int end) {
        int i = start;
        while (i < end && !ADDRESS.hold(text.at(i))) {
            i++;
        }
        return i < end;
    }

    /** Whether it has a sign of arithmetic: {@code 3x+2y}. */
    static boolean isFormula(ScanText text, int start, int end) {
        boolean formula = false;
        for (int i = start; i < end; i++) {
            formula |= "+*/^=<>()[]|\u00b7\u00d7".indexOf(text.at(i)) >= 0;
        }
        return formula;
    }

    static boolean hasUnderscore(ScanText text, int start, int end) {
        boolean underscore = false;
        for (int i = start; i < end; i++) {
            underscore |= text.at(i) == '_';
        }
        return underscore;
    }

    /** Whether it has a sign that tells it from names, numbers and addresses. */
    static boolean hasSign(ScanText text, int start, int end) {
        boolean sign = false;
        for (int i = start; i < end; i++) {
            char c = text.at(i);
            if (c == ':' && text.at(i + 1) == '/') {
                return false;
            }
            sign |= i > start && "!@$^#".indexOf(c) >= 0;
        }
        return sign;
    }

    /** Whether all its signs are those of names: {@code Notepad++8}, {@code R&D-Team2}. */
    static boolean isNameWithSign(ScanText text, int start, int end) {
        boolean named = false;
        for (int i = start; i < end; i++) {
            named |= text.at(i) == '+' || text.at(i) == '&';
        }
        return named && !hasSign(text, start, end);
    }

    static boolean isHyphenated(ScanText text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!text.isLetter(i) && text.at(i) != '-') {
                return false;
            }
        }
        return true;
    }

    static int dashes(ScanText text, int start, int end) {
        int dashes = 0;
        for (int i = start; i < end; i++) {
            dashes += text.at(i) == '-' ? 1 : 0;
        }
        return dashes;
    }

    /** Whether a digit stands within it, after so many letters and before one. */
    static boolean hasDigitWithin(ScanText text, int start, int end, int lettersMin) {
        int word = 0;
        for (int i = start; i < end - 1; i++) {
            boolean digit = text.isDigit(i);
            if (digit && word >= lettersMin && text.isLetter(i + 1)) {
                return true;
            }
            boolean fresh = text.isLetter(i) && i > start && text.isDigit(i - 1);
            word = fresh ? 1 : text.isLetter(i) ? word + 1 : digit ? word : 0;
        }
        return false;
    }
}
