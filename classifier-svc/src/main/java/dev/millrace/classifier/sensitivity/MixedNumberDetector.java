package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds national identity numbers that begin with digits and hold a letter: Spanish, Chinese, German. */
final class MixedNumberDetector {

    /** The most digits that one of them begins with. */
    static final int DIGITS_MAX = 18;

    private static final String SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
    private static final String CHINESE_CHECKS = "10X98765432";
    private static final int CHINESE_DIGITS = 17;
    private static final int[] CHINESE_WEIGHTS = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    private static final int GERMAN_DIGITS = 13;
    private static final int GERMAN_INITIAL = 8;
    private static final int GERMAN_CHARS_MAX = 18;
    private static final int[] GERMAN_WEIGHTS = {2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1};

    /**
     * The index after a number, or its start where none is found.
     *
     * @param digits how many digits stand at its start; any number beyond {@link #DIGITS_MAX} stands for all of them
     */
    int detect(Scan scan, int start, int digits) {
        return switch (digits) {
            case 2, 8, CHINESE_DIGITS, CHINESE_DIGITS + 1 ->
                scan.text.isJoined(start - 1) ? start : free(scan, start, digits);
            default -> start;
        };
    }

    private static int free(Scan scan, int start, int digits) {
        return switch (digits) {
            case 2 -> scan.text.at(start + 2) == ' ' ? german(scan, start) : start;
            case 8 -> {
                int spanish = spanish(scan, start);
                yield spanish > start ? spanish : german(scan, start);
            }
            default -> chinese(scan, start);
        };
    }

    /** Eight digits and a check letter, perhaps with a dash or a blank before it. */
    private static int spanish(Scan scan, int start) {
        ScanText text = scan.text;
        int end = start + 8;
        int letter = text.at(end) == '-' || (text.at(end) == ' ' && scan.isNamed(Topic.ES_DNI, start)) ? end + 1 : end;
        if (!text.isUpper(letter) || text.isJoined(letter + 1)) {
            return start;
        }
        char expected = SPANISH_LETTERS.charAt(Integer.parseInt(text.slice(start, end)) % 23);
        if (text.at(letter) != expected) {
            return start;
        }
        scan.found(FindingKind.NATIONAL_ID, "es_dni");
        return letter + 1;
    }

    /** Seventeen digits with a date of birth inside, and a check that may be X. */
    private static int chinese(Scan scan, int start) {
        ScanText text = scan.text;
        if (text.isJoined(start + CHINESE_DIGITS + 1)) {
            return start;
        }
        int century = twoDigits(text, start + 6);
        int month = twoDigits(text, start + 10);
        int day = twoDigits(text, start + 12);
        boolean born = century == 19 || century == 20;
        boolean dated = month >= 1 && month <= 12 && day >= 1 && day <= 31;
        if (!born || !dated) {
            return start;
        }
        int check = Checksums.weighedSum(text.slice(start, start + CHINESE_DIGITS), CHINESE_WEIGHTS) % 11;
        if (text.upperAt(start + CHINESE_DIGITS) != CHINESE_CHECKS.charAt(check)) {
            return start;
        }
        scan.found(FindingKind.NATIONAL_ID, "cn_resident_id");
        return start + CHINESE_DIGITS + 1;
    }

    private static int twoDigits(ScanText text, int start) {
        return (text.at(start) - '0') * 10 + text.at(start + 1) - '0';
    }

    /** The German insurance number: area, date of birth, initial, serial, check; blanks between the parts. */
    private static int german(Scan scan, int start) {
        ScanText text = scan.text;
        int size = 0;
        int i = start;
        while (size < GERMAN_DIGITS && i - start < GERMAN_CHARS_MAX) {
            char c = text.at(i++);
            if (size == GERMAN_INITIAL && c >= 'A' && c <= 'Z') {
                int place = c - 'A' + 1;
                scan.code[size++] = (char) ('0' + place / 10);
                scan.code[size++] = (char) ('0' + place % 10);
            } else if (c >= '0' && c <= '9' && size != GERMAN_INITIAL) {
                scan.code[size++] = c;
            } else if (c != ' ') {
                return start;
            }
        }
        if (size != GERMAN_DIGITS || text.isJoined(i) || !isGerman(scan.code)) {
            return start;
        }
        scan.found(FindingKind.NATIONAL_ID, "de_insurance_number");
        return i;
    }

    private static boolean isGerman(char[] digits) {
        int sum = 0;
        for (int i = 0; i < GERMAN_WEIGHTS.length; i++) {
            int product = (digits[i] - '0') * GERMAN_WEIGHTS[i];
            sum += product / 10 + product % 10;
        }
        int month = (digits[4] - '0') * 10 + digits[5] - '0';
        return month >= 1 && month <= 12 && sum % 10 == digits[GERMAN_DIGITS - 1] - '0';
    }
}
