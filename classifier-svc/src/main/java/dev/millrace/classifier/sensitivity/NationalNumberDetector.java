package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds national identity numbers made of digits, by their check digits or by the word that names them. */
final class NationalNumberDetector {

    private static final int DIGITS_MIN = 9;
    private static final int DIGITS_MAX = 15;

    private NationalNumberDetector() {}

    /** Returns how many of the groups form a national number, 0 for none. */
    static int detect(Scan scan, DigitGroups groups) {
        for (int used = 1; used <= groups.count() && groups.total(used) <= DIGITS_MAX; used++) {
            String rule = groups.total(used) < DIGITS_MIN ? "" : ruleOf(scan, groups, used);
            if (!rule.isEmpty() && groups.standsFree(used)) {
                scan.found(FindingKind.NATIONAL_ID, rule);
                return used;
            }
        }
        return 0;
    }

    private static String ruleOf(Scan scan, DigitGroups groups, int used) {
        int start = groups.start();
        return switch (groups.total(used)) {
            case 9 -> nineDigits(scan, groups, used);
            case 10 -> isSwedish(groups, used) ? "se_personnummer" : "";
            case 11 -> elevenDigits(scan, groups, used);
            case 12 ->
                scan.isNamed(Topic.IN_AADHAAR, start) && Checksums.verhoeff(groups.digits(used)) ? "in_aadhaar" : "";
            case 15 -> isFrench(groups) ? "fr_nir" : "";
            default -> "";
        };
    }

    private static String nineDigits(Scan scan, DigitGroups groups, int used) {
        int start = groups.start();
        boolean written =
                used == 3 && groups.shapes(3, 2, 4) && groups.separator(0) == '-' && groups.separator(1) == '-';
        if ((written || scan.isNamed(Topic.US_SSN, start)) && isAmerican(groups.digits(used))) {
            return "us_ssn";
        }
        if (scan.isNamed(Topic.NL_BSN, start)
                && Checksums.weighedSum(groups.digits(used), 9, 8, 7, 6, 5, 4, 3, 2, -1) % 11 == 0) {
            return "nl_bsn";
        }
        return scan.isNamed(Topic.CA_SIN, start) && groups.isLuhn(used) ? "ca_sin" : "";
    }

    private static String elevenDigits(Scan scan, DigitGroups groups, int used) {
        int start = groups.start();
        boolean written = used == 4 && groups.shapes(3, 3, 3, 2) && groups.separator(2) == '-';
        if ((written || scan.isNamed(Topic.BR_CPF, start)) && isBrazilian(groups.digits(used))) {
            return "br_cpf";
        }
        if (scan.isNamed(Topic.DE_TAX, start) && groups.firstDigit() != '0' && Checksums.mod1110(groups.digits(used))) {
            return "de_tax_id";
        }
        return scan.isNamed(Topic.PL_PESEL, start) && isPolish(groups.digits(used)) ? "pl_pesel" : "";
    }

    private static boolean isPolish(String digits) {
        int check = 10 - Checksums.weighedSum(digits, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3) % 10;
        return check % 10 == digits.charAt(10) - '0';
    }

    private static boolean isAmerican(String digits) {
        String area = digits.substring(0, 3);
        return !area.equals("000")
                && !area.equals("666")
                && digits.charAt(0) != '9'
                && !digits.startsWith("00", 3)
                && !digits.endsWith("0000");
    }

    private static boolean isSwedish(DigitGroups groups, int used) {
        if (used != 2 || !groups.shapes(6, 4) || groups.separator(0) != '-') {
            return false;
        }
        long month = groups.number(2, 4);
        long day = groups.number(4, 6);
        return month >= 1 && month <= 12 && day >= 1 && day <= 31 && groups.isLuhn(used);
    }

    private static boolean isBrazilian(String digits) {
        if (digits.chars().distinct().count() == 1) {
            return false;
        }
        int first = Checksums.weighedSum(digits, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10;
        int second = Checksums.weighedSum(digits, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10;
        return first == digits.charAt(9) - '0' && second == digits.charAt(10) - '0';
    }

    private static boolean isFrench(DigitGroups groups) {
        boolean sex = groups.firstDigit() == '1' || groups.firstDigit() == '2';
        long month = sex ? groups.number(3, 5) : 0;
        return month >= 1 && month <= 12 && 97 - groups.number(0, 13) % 97 == groups.number(13, 15);
    }
}
