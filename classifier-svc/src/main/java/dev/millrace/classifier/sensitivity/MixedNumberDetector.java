package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds national identity numbers that begin with digits and hold a letter: Spanish, Chinese, German. */
final class MixedNumberDetector implements Detector {

    private static final String SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
    private static final String CHINESE_CHECKS = "10X98765432";
    private static final int[] CHINESE_WEIGHTS = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    private static final int[] GERMAN_WEIGHTS = {2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1};

    @Override
    public int detect(Scan scan, int start) {
        if (scan.text.isWord(start - 1)) {
            return start;
        }
        int spanish = spanish(scan, start);
        if (spanish > start) {
            return spanish;
        }
        int chinese = chinese(scan, start);
        return chinese > start ? chinese : german(scan, start);
    }

    /** Eight digits and a check letter, perhaps with a dash or a blank before it. */
    private static int spanish(Scan scan, int start) {
        ScanText text = scan.text;
        int end = digitsEnd(text, start, 8);
        if (end != start + 8) {
            return start;
        }
        int letter = text.at(end) == '-' || (text.at(end) == ' ' && scan.isNamed(Topic.ES_DNI, start)) ? end + 1 : end;
        char expected = SPANISH_LETTERS.charAt(Integer.parseInt(slice(text, start, end)) % 23);
        if (text.at(letter) != expected || text.isWord(letter + 1)) {
            return start;
        }
        scan.found(FindingKind.NATIONAL_ID, "es_dni");
        return letter + 1;
    }

    /** Seventeen digits with a date of birth inside, and a check that may be X. */
    private static int chinese(Scan scan, int start) {
        ScanText text = scan.text;
        if (digitsEnd(text, start, 17) != start + 17 || text.isWord(start + 18)) {
            return start;
        }
        String digits = slice(text, start, start + 17);
        int month = Integer.parseInt(digits.substring(10, 12));
        int day = Integer.parseInt(digits.substring(12, 14));
        int check = Checksums.weighedSum(digits, CHINESE_WEIGHTS) % 11;
        boolean born = digits.startsWith("19", 6) || digits.startsWith("20", 6);
        boolean dated = month >= 1 && month <= 12 && day >= 1 && day <= 31;
        if (!born || !dated || Character.toUpperCase(text.at(start + 17)) != CHINESE_CHECKS.charAt(check)) {
            return start;
        }
        scan.found(FindingKind.NATIONAL_ID, "cn_resident_id");
        return start + 18;
    }

    /** The German insurance number: area, date of birth, initial, serial, check; blanks between the parts. */
    private static int german(Scan scan, int start) {
        ScanText text = scan.text;
        StringBuilder digits = new StringBuilder();
        int i = start;
        while (digits.length() < 13 && i - start < 18) {
            char c = text.at(i++);
            if (digits.length() == 8 && c >= 'A' && c <= 'Z') {
                int place = c - 'A' + 1;
                digits.append(place / 10).append(place % 10);
            } else if (c >= '0' && c <= '9' && digits.length() != 8) {
                digits.append(c);
            } else if (c != ' ') {
                return start;
            }
        }
        if (digits.length() != 13 || text.isWord(i) || !isGerman(digits)) {
            return start;
        }
        scan.found(FindingKind.NATIONAL_ID, "de_insurance_number");
        return i;
    }

    private static boolean isGerman(StringBuilder digits) {
        int sum = 0;
        for (int i = 0; i < 12; i++) {
            int product = (digits.charAt(i) - '0') * GERMAN_WEIGHTS[i];
            sum += product / 10 + product % 10;
        }
        int month = Integer.parseInt(digits.substring(4, 6));
        return month >= 1 && month <= 12 && sum % 10 == digits.charAt(12) - '0';
    }

    private static int digitsEnd(ScanText text, int start, int max) {
        int i = start;
        while (i - start < max && text.isDigit(i)) {
            i++;
        }
        return i;
    }

    private static String slice(ScanText text, int start, int end) {
        StringBuilder slice = new StringBuilder(end - start);
        for (int i = start; i < end; i++) {
            slice.append(text.at(i));
        }
        return slice.toString();
    }
}
