package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds national identity codes that begin with a letter: British, Italian, Spanish for foreigners, passports. */
final class NationalCodeDetector {

    private static final String SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
    private static final int PASSPORT_CHARS_MIN = 7;
    private static final int PASSPORT_CHARS_MAX = 9;
    private static final int[] ITALIAN_ODD = {
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23
    };

    int detect(Scan scan, int start) {
        ScanText text = scan.text;
        int end = start;
        boolean digit = text.isDigit(start + 2);
        if ((digit || text.isDigit(start + 3)) && isCode(scan, start, "AADDDDDDA", true) && isBritish(scan.code)) {
            scan.found(FindingKind.NATIONAL_ID, "gb_nino");
            end = scan.codeEnd;
        } else if (text.isDigit(start + 6) && isCode(scan, start, "AAAAAADDADDADDDA", false) && isItalian(scan.code)) {
            scan.found(FindingKind.NATIONAL_ID, "it_codice_fiscale");
            end = scan.codeEnd;
        } else if (text.upperAt(start) >= 'X'
                && (digit || text.isDigit(start + 1))
                && isCode(scan, start, "ADDDDDDDA", true)
                && isSpanishForeigner(scan.code)) {
            scan.found(FindingKind.NATIONAL_ID, "es_nie");
            end = scan.codeEnd;
        } else if (scan.isNamed(Topic.PASSPORT, start)) {
            end = passport(scan, start);
        }
        return end;
    }

    /**
     * Whether a code of letters (A) and digits (D) stands at a place by itself; it is then in the scan's room, in upper case,
     * with the index after it.
     *
     * @param spaced whether blanks and dashes may stand beside its digits
     */
    private static boolean isCode(Scan scan, int start, String pattern, boolean spaced) {
        ScanText text = scan.text;
        int size = 0;
        int i = start;
        while (size < pattern.length()) {
            char c = text.upperAt(i);
            boolean fits = pattern.charAt(size) == 'D' ? c >= '0' && c <= '9' : c >= 'A' && c <= 'Z';
            if (fits) {
                scan.code[size++] = c;
            } else if (!spaced || (c != ' ' && c != '-') || (!text.isDigit(i - 1) && !text.isDigit(i + 1))) {
                return false;
            }
            i++;
        }
        scan.codeEnd = i;
        return !text.isJoined(i);
    }

    private static int passport(Scan scan, int start) {
        ScanText text = scan.text;
        int digits = 0;
        int i = start;
        while (i - start <= PASSPORT_CHARS_MAX && text.isPlainWord(i)) {
            digits += text.isDigit(i) ? 1 : 0;
            i++;
        }
        int length = i - start;
        if (length < PASSPORT_CHARS_MIN || length > PASSPORT_CHARS_MAX || digits < 4 || text.isJoined(i)) {
            return start;
        }
        scan.found(FindingKind.NATIONAL_ID, "passport");
        return i;
    }

    private static boolean isBritish(char[] code) {
        String letters = new String(code, 0, 2);
        return "DFIQUV".indexOf(code[0]) < 0
                && "DFIQUVO".indexOf(code[1]) < 0
                && code[8] <= 'D'
                && !letters.equals("GB")
                && !letters.equals("NK")
                && !letters.equals("ZZ");
    }

    private static boolean isItalian(char[] code) {
        int sum = 0;
        for (int i = 0; i < 15; i++) {
            int value = code[i] <= '9' ? code[i] - '0' : code[i] - 'A';
            sum += i % 2 == 0 ? ITALIAN_ODD[value] : value;
        }
        return sum % 26 == code[15] - 'A';
    }

    private static boolean isSpanishForeigner(char[] code) {
        int number = code[0] - 'X';
        for (int i = 1; i < 8; i++) {
            number = number * 10 + code[i] - '0';
        }
        return SPANISH_LETTERS.charAt(number % 23) == code[8];
    }
}
