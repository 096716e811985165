package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds national identity codes that begin with a letter: British, Italian, Spanish for foreigners, passports. */
final class NationalCodeDetector implements Detector {

    private static final String SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
    private static final int[] ITALIAN_ODD = {
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23
    };

    @Override
    public int detect(Scan scan, int start) {
        if (scan.text.isWord(start - 1)) {
            return start;
        }
        String british = read(scan.text, start, 9, true);
        if (isBritish(british)) {
            return found(scan, "gb_nino", start, british);
        }
        String plain = read(scan.text, start, 16, false);
        if (isItalian(plain)) {
            return found(scan, "it_codice_fiscale", start, plain);
        }
        String foreigner = plain.length() == 9 ? plain : read(scan.text, start, 9, true);
        if (isSpanishForeigner(foreigner)) {
            return found(scan, "es_nie", start, foreigner);
        }
        if (scan.isNamed(Topic.PASSPORT, start) && isPassport(plain)) {
            return found(scan, "passport", start, plain);
        }
        return start;
    }

    /** The code's next characters in upper case, at most {@code max}; empty where more letters or digits follow. */
    private static String read(ScanText text, int start, int max, boolean spaced) {
        StringBuilder code = new StringBuilder(max);
        int i = start;
        while (code.length() < max) {
            char c = text.at(i);
            if (c < 128 && text.isWord(i)) {
                code.append(Character.toUpperCase(c));
            } else if (!spaced || (c != ' ' && c != '-') || (!text.isDigit(i - 1) && !text.isDigit(i + 1))) {
                break;
            }
            i++;
        }
        return text.isWord(i) ? "" : code.toString();
    }

    private static int found(Scan scan, String rule, int start, String code) {
        scan.found(FindingKind.NATIONAL_ID, rule);
        int left = code.length();
        int i = start;
        while (left > 0) {
            if (scan.text.isWord(i++)) {
                left--;
            }
        }
        return i;
    }

    private static boolean isBritish(String code) {
        return fits(code, "AADDDDDDA")
                && "DFIQUV".indexOf(code.charAt(0)) < 0
                && "DFIQUVO".indexOf(code.charAt(1)) < 0
                && code.charAt(8) <= 'D'
                && !code.startsWith("GB")
                && !code.startsWith("NK")
                && !code.startsWith("ZZ");
    }

    private static boolean isItalian(String code) {
        if (!fits(code, "AAAAAADDADDADDDA")) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 15; i++) {
            char c = code.charAt(i);
            int value = c <= '9' ? c - '0' : c - 'A';
            sum += i % 2 == 0 ? ITALIAN_ODD[value] : value;
        }
        return sum % 26 == code.charAt(15) - 'A';
    }

    private static boolean isSpanishForeigner(String code) {
        if (!fits(code, "ADDDDDDDA") || code.charAt(0) < 'X') {
            return false;
        }
        int number = Integer.parseInt((code.charAt(0) - 'X') + code.substring(1, 8));
        return SPANISH_LETTERS.charAt(number % 23) == code.charAt(8);
    }

    private static boolean isPassport(String code) {
        long digits = code.chars().filter(c -> c <= '9').count();
        return code.length() >= 7 && code.length() <= 9 && digits >= 4;
    }

    /** Whether a code follows a pattern of A (letter) and D (digit). */
    private static boolean fits(String code, String pattern) {
        if (code.length() != pattern.length()) {
            return false;
        }
        for (int i = 0; i < pattern.length(); i++) {
            boolean digit = code.charAt(i) <= '9';
            if (digit != (pattern.charAt(i) == 'D')) {
                return false;
            }
        }
        return true;
    }
}
