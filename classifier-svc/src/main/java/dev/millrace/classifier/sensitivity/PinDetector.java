package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds the few digits of a PIN behind its name: a sign where the name has capitals, or "is", must stand between. */
final class PinDetector {

    /** Words before "PIN" that make it one of a card or a telephone, not of a chip. */
    private static final String[] OWNERS = {
        " my ", " our ", " meine ", " mein ", " meiner ", " unsere ", " mi ", " mon ", " mio ", " meu ", " mijn "
    };

    /** Articles before it: streets, villages and parts of plugs have them too. */
    private static final String[] ARTICLES = {" die ", " el ", " le ", " la ", " il "};

    private static final int DIGITS_MIN = 4;
    private static final int DIGITS_MAX = 8;

    /** So many digits behind "PIN:" are a postal code of India. */
    private static final int POSTAL_DIGITS = 6;

    private PinDetector() {}

    /** The word "PIN" stands between two indexes: some digits may follow a sign, or "is". */
    static int pin(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int after = ValueStart.afterName(text, nameEnd);
        boolean code = nameEnd - nameStart > "pin".length();
        int value = code || text.isUpper(nameStart) ? ValueStart.afterSign(text, after) : after;
        value = value == after ? SpokenStart.afterCopula(text, after) : value;
        value = value == after ? SpokenStart.afterPurpose(text, after) : value;
        boolean owned = value == after && after > nameEnd && text.isUpper(nameStart) && isLed(text, nameStart, OWNERS);
        boolean place = code || (value > after && text.at(after) == ':');
        int end = value;
        boolean rising = true;
        boolean same = true;
        while (end - value <= DIGITS_MAX && text.isDigit(end)) {
            rising &= text.at(end) - text.at(value) == end - value;
            same &= text.at(end) == text.at(value);
            end++;
        }
        int digits = end - value;
        boolean free = !text.isWord(end) && (text.at(end) <= ' ' || !text.isWord(end + 1)) && !isCounted(text, end);
        boolean postal = place && digits == POSTAL_DIGITS && text.at(value) != '0' && text.at(value) != '9';
        owned |= value == after && isTheOne(text, nameStart, nameEnd, value, end);
        if ((value == after && !owned)
                || digits < DIGITS_MIN
                || digits > DIGITS_MAX
                || rising
                || same
                || !free
                || postal) {
            return nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, "pin");
        return end;
    }

    /** Whether it is the PIN, in capitals, with four digits that a sign or the text ends. */
    private static boolean isTheOne(ScanText text, int nameStart, int nameEnd, int value, int end) {
        boolean capitals = text.isUpper(nameStart) && text.isUpper(nameEnd - 1);
        return capitals
                && end - value == DIGITS_MIN
                && value == nameEnd + 1
                && (text.at(end) == 0 || ",.!?".indexOf(text.at(end)) >= 0)
                && isLed(text, nameStart, ARTICLES);
    }

    private static boolean isLed(ScanText text, int nameStart, String[] words) {
        for (String word : words) {
            if (text.matches(nameStart - word.length(), word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCounted(ScanText text, int end) {
        return text.matches(end, " digit") || text.matches(end, " characters");
    }
}
