package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds international bank account numbers: the country's form and the remainder by 97 (ISO 13616). */
final class IbanDetector implements Detector {

    /** What follows the check digits in each country: so many digits (n), letters (a) or either (c). */
    private static final String COUNTRIES =
            "AD8n12c AE19n AL8n16c AT16n AZ4a20c BA16n BE12n BG4a6n8c BH4a14c BI23n BR23n1a1c BY4c4n16c CH5n12c CR18n "
                    + "CY8n16c CZ20n DE18n DJ23n DK14n DO4c20n EE16n EG25n ES20n FI14n FK2a12n FO14n FR10n11c2n GB4a14n "
                    + "GE2a16n GI4a15c GL14n GR7n16c GT4c20c HN4a20n HR17n HU24n IE4a14n IL19n IQ4a15n IS22n IT1a10n12c "
                    + "JO4a4n18c KW4a22c KZ3n13c LB4n20c LC4a24c LI5n12c LT16n LU3n13c LV4a13c LY21n MC10n11c2n MD2c18c "
                    + "ME18n MK3n10c2n MN16n MR23n MT4a5n18c MU4a19n3a NI4a20n NL4a10n NO11n OM3n16c PK4a16c PL24n "
                    + "PS4a21c PT21n QA4a21c RO4a16c RS18n RU14n15c SA2n18c SC4a20n3a SD14n SE20n SI15n SK20n SM1a10n12c "
                    + "SO19n ST21n SV4a20n TL19n TN20n TR6n16c UA6n19c VA18n VG4a16n XK16n YE4a4n18c";

    /** Addresses write a plus for a blank, and a line may end within. */
    private static final String SEPARATORS = " -.+\n\t";

    private static final int SEPARATORS_MAX = 3;
    private static final int LETTERS = 26;
    private static final @Nullable String[] FORMS = new String[LETTERS * LETTERS];

    static {
        for (String entry : COUNTRIES.split(" ", -1)) {
            int place = (entry.charAt(0) - 'A') * LETTERS + entry.charAt(1) - 'A';
            FORMS[place] = "aann" + spelt(entry.substring(2));
        }
    }

    @Override
    public int detect(Scan scan, int start) {
        ScanText text = scan.text;
        if (!text.isDigit(start + 3)) {
            return start;
        }
        int first = text.upperAt(start) - 'A';
        int second = text.upperAt(start + 1) - 'A';
        if (first < 0 || first >= LETTERS || second < 0 || second >= LETTERS || !hasCheckDigits(text, start + 2)) {
            return start;
        }
        String form = FORMS[first * LETTERS + second];
        if (form == null) {
            return start;
        }
        int end = read(scan, start, form);
        if (end == start || text.isJoined(end) || !Checksums.isMod97(scan.code, form.length())) {
            return start;
        }
        scan.found(FindingKind.IBAN, "iban_" + new String(scan.code, 0, 2).toLowerCase(Locale.ROOT));
        return end;
    }

    /** Fills the scan's code and returns the index after it, or {@code start} where something else stands in between. */
    private static int read(Scan scan, int start, String form) {
        ScanText text = scan.text;
        int size = 0;
        int separators = 0;
        int i = start;
        while (size < form.length()) {
            char c = text.upperAt(i++);
            if (fits(c, form.charAt(size))) {
                scan.code[size++] = c;
                separators = 0;
            } else if (SEPARATORS.indexOf(c) < 0 || ++separators > SEPARATORS_MAX) {
                return start;
            }
        }
        return i;
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

    private static boolean hasCheckDigits(ScanText text, int start) {
        int check = text.at(start) == ' ' ? start + 1 : start;
        return text.isDigit(check) && text.isDigit(check + 1);
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
