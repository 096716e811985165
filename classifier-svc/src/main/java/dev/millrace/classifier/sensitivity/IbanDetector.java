package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds international bank account numbers: the country's form and the remainder by 97 (ISO 13616). */
final class IbanDetector {

    /** What follows the check digits in each country: so many digits (n), letters (a) or either (c). */
    private static final String COUNTRIES =
            "AD8n12c AE19n AL8n16c AT16n AZ4a20c BA16n BE12n BG4a6n8c BH4a14c BI23n BR23n1a1c BY4c4n16c CH5n12c CR18n "
                    + "CY8n16c CZ20n DE18n DJ23n DK14n DO4c20n EE16n EG25n ES20n FI14n FK2a12n FO14n FR10n11c2n GB4a14n "
                    + "GE2a16n GI4a15c GL14n GR7n16c GT4c20c HN4a20n HR17n HU24n IE4a14n IL19n IQ4a15n IS22n IT1a10n12c "
                    + "JO4a4n18c KW4a22c KZ3n13c LB4n20c LC4a24c LI5n12c LT16n LU3n13c LV4a13c LY21n MC10n11c2n MD2c18c "
                    + "ME18n MK3n10c2n MN16n MR23n MT4a5n18c MU4a19n3a NI4a20n NL4a10n NO11n OM3n16c PK4a16c PL24n "
                    + "PS4a21c PT21n QA4a21c RO4a16c RS18n RU14n15c SA2n18c SC4a20n3a SD14n SE20n SI15n SK20n SM1a10n12c "
                    + "SO19n ST21n SV4a20n TL19n TN20n TR6n16c UA6n19c VA18n VG4a16n XK16n YE4a4n18c";

    /** So many characters are printed together: longer joints stand only between such groups. */
    private static final int GROUP_CHARS = 4;

    private static final int SEPARATORS_MAX = 3;
    /** How much may stand between all parts of an account. */
    private static final int JOINTS_CHARS_MAX = 100;

    private static final int LETTERS = 26;
    private static final @Nullable String[] FORMS = new String[LETTERS * LETTERS];

    static {
        for (String entry : COUNTRIES.split(" ", -1)) {
            int place = (entry.charAt(0) - 'A') * LETTERS + entry.charAt(1) - 'A';
            FORMS[place] = "aann" + spelt(entry.substring(2));
        }
    }

    int detect(Scan scan, int start) {
        return read(scan, start, false);
    }

    /** The index after an account whose check digits begin at an index, behind a word and the country, {@code IBANDE89…}, or that index. */
    int glued(Scan scan, int checkDigits) {
        int start = checkDigits - 2;
        ScanText text = scan.text;
        boolean country = !form(text.upperAt(start), text.upperAt(start + 1)).isEmpty();
        return country && text.isLetter(start - 1) && Glue.isWordBefore(text, start)
                ? Math.max(checkDigits, read(scan, start, true))
                : checkDigits;
    }

    private static int read(Scan scan, int start, boolean joined) {
        ScanText text = scan.text;
        if (isLetter(text.at(start + 2)) && isLetter(text.at(start + 1))) {
            return start;
        }
        int second = joined ? start + 1 : afterSeparator(text, start + 1);
        char next = text.at(second + 1);
        int check = afterSeparator(text, second + 1);
        if (check == second + 1 && (next < '0' || next > '9')) {
            return start;
        }
        char first = text.upperAt(check);
        if (!isWord(first)) {
            return start;
        }
        String form = form(text.upperAt(start), text.upperAt(second));
        if (form.isEmpty() || digitAt(text, check) == 0) {
            return start;
        }
        scan.code[0] = text.upperAt(start);
        scan.code[1] = text.upperAt(second);
        int end = fill(scan, check, form);
        boolean account = end > check
                && Checksums.isMod97(scan.code, form.length())
                && (!text.isJoined(end) || Glue.isWordAt(text, end));
        if (!account) {
            return start;
        }
        scan.found(FindingKind.IBAN, "iban_" + new String(scan.code, 0, 2).toLowerCase(Locale.ROOT));
        return end;
    }

    /** The index behind a separator, and the blank behind a dot. */
    private static int afterSeparator(ScanText text, int index) {
        char c = text.at(index);
        return !isSeparator(c) ? index : c == '.' && text.at(index + 1) == ' ' ? index + 2 : index + 1;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isSeparator(char c) {
        return c == ' ' || c == '-' || c == '.' || c == '+';
    }

    /** The form of a country's accounts, empty where there is none. */
    private static String form(char first, char second) {
        boolean letters = first >= 'A' && first <= 'Z' && second >= 'A' && second <= 'Z';
        String form = letters ? FORMS[(first - 'A') * LETTERS + second - 'A'] : null;
        return form == null ? "" : form;
    }

    /** Fills the scan's code from the check digits on and returns the index after it, or theirs where something else stands in between. */
    private static int fill(Scan scan, int check, String form) {
        ScanText text = scan.text;
        int size = 2;
        int joints = 0;
        int i = check;
        while (size < form.length()) {
            char c = text.upperAt(i);
            if (fits(c, form.charAt(size))) {
                scan.code[size++] = c;
                i++;
                continue;
            }
            if (isWord(c)) {
                int spoken = form.charAt(size) == 'n' && !text.isPlainWord(i - 1)
                        ? SpokenDigits.at(text, i)
                        : SpokenDigits.NONE;
                if (SpokenDigits.meaning(spoken) < '0') {
                    return check;
                }
                scan.code[size++] = (char) SpokenDigits.meaning(spoken);
                i += SpokenDigits.length(spoken);
                continue;
            }
            int next = partStart(text, i);
            joints += next - i;
            boolean grouped = size % GROUP_CHARS == 0 || next - i <= SEPARATORS_MAX;
            if (next == i || !grouped || joints > JOINTS_CHARS_MAX) {
                return check;
            }
            i = next;
        }
        return i;
    }

    /** The digit at an index, written or spoken; 0 where none is. */
    private static char digitAt(ScanText text, int index) {
        if (text.isDigit(index)) {
            return text.at(index);
        }
        int spoken = SpokenDigits.meaning(SpokenDigits.at(text, index));
        return spoken >= '0' && !text.isJoined(index - 1) ? (char) spoken : 0;
    }

    /** The index of the letter or digit behind a blank, a dash or any other joint, or the index where none follows. */
    private static int partStart(ScanText text, int index) {
        return isSeparator(text.at(index)) && isWord(text.upperAt(index + 1)) ? index + 1 : Joints.end(text, index);
    }

    private static boolean isWord(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    }

    private static boolean fits(char c, char kind) {
        boolean digit = c >= '0' && c <= '9';
        boolean letter = c >= 'A' && c <= 'Z';
        return switch (kind) {
            case 'n' -> digit;
            case 'a' -> letter;
            default -> digit || letter;
        };
    }

    /** {@code 2n1a} as {@code nna}. */
    private static String spelt(String form) {
        StringBuilder spelt = new StringBuilder();
        int count = 0;
        for (int i = 0; i < form.length(); i++) {
            char c = form.charAt(i);
            if (c <= '9') {
                count = count * 10 + c - '0';
            } else {
                spelt.append(String.valueOf(c).repeat(count));
                count = 0;
            }
        }
        return spelt.toString();
    }
}
