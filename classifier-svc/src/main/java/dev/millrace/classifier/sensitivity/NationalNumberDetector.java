package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds national identity numbers made of digits, by their check digits or by the word that names them. */
final class NationalNumberDetector {

    private NationalNumberDetector() {}

    /** Returns how many of the groups form a national number, 0 for none. */
    static int detect(Scan scan, DigitGroups groups) {
        for (int used = 1; used <= groups.count() && groups.total(used) <= 15; used++) {
            int digits = groups.total(used);
            if (digits >= 9 && digits != 13 && digits != 14 && groups.standsFree(used)) {
                String rule = ruleOf(scan, groups, used);
                if (!rule.isEmpty()) {
                    scan.found(FindingKind.NATIONAL_ID, rule);
                    return used;
                }
            }
        }
        return 0;
    }

    private static String ruleOf(Scan scan, DigitGroups groups, int used) {
        String digits = groups.digits(used);
        int start = groups.start();
        return switch (digits.length()) {
            case 9 -> nineDigits(scan, groups, used, digits);
            case 10 -> isSwedish(groups, used, digits) ? "se_personnummer" : "";
            case 11 -> elevenDigits(scan, groups, used, digits);
            case 12 -> scan.isNamed(Topic.IN_AADHAAR, start) && Checksums.verhoeff(digits) ? "in_aadhaar" : "";
            case 15 -> isFrench(digits) ? "fr_nir" : "";
            default -> "";
        };
    }

    private static String nineDigits(Scan scan, DigitGroups groups, int used, String digits) {
        int start = groups.start();
        boolean written =
                used == 3 && groups.shapes(3, 2, 4) && groups.separator(0) == '-' && groups.separator(1) == '-';
        if ((written || scan.isNamed(Topic.US_SSN, start)) && isAmerican(digits)) {
            return "us_ssn";
        }
        if (scan.isNamed(Topic.NL_BSN, start) && Checksums.weighedSum(digits, 9, 8, 7, 6, 5, 4, 3, 2, -1) % 11 == 0) {
            return "nl_bsn";
        }
        return scan.isNamed(Topic.CA_SIN, start) && Checksums.luhn(digits) ? "ca_sin" : "";
    }

    private static String elevenDigits(Scan scan, DigitGroups groups, int used, String digits) {
        int start = groups.start();
        boolean written = used == 4 && groups.shapes(3, 3, 3, 2) && groups.separator(2) == '-';
        if ((written || scan.isNamed(Topic.BR_CPF, start)) && isBrazilian(digits)) {
            return "br_cpf";
        }
        if (scan.isNamed(Topic.DE_TAX, start) && digits.charAt(0) != '0' && Checksums.mod1110(digits)) {
            return "de_tax_id";
        }
        int pesel = 10 - Checksums.weighedSum(digits, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3) % 10;
        return scan.isNamed(Topic.PL_PESEL, start) && pesel % 10 == digits.charAt(10) - '0' ? "pl_pesel" : "";
    }

    private static boolean isAmerican(String digits) {
        String area = digits.substring(0, 3);
        return !area.equals("000")
                && !area.equals("666")
                && digits.charAt(0) != '9'
                && !digits.startsWith("00", 3)
                && !digits.endsWith("0000");
    }

    private static boolean isSwedish(DigitGroups groups, int used, String digits) {
        int month = Integer.parseInt(digits.substring(2, 4));
        int day = Integer.parseInt(digits.substring(4, 6));
        return used == 2
                && groups.shapes(6, 4)
                && groups.separator(0) == '-'
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= 31
                && Checksums.luhn(digits);
    }

    private static boolean isBrazilian(String digits) {
        if (digits.chars().distinct().count() == 1) {
            return false;
        }
        int first = Checksums.weighedSum(digits, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10;
        int second = Checksums.weighedSum(digits, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10;
        return first == digits.charAt(9) - '0' && second == digits.charAt(10) - '0';
    }

    private static boolean isFrench(String digits) {
        int month = Integer.parseInt(digits.substring(3, 5));
        long body = Long.parseLong(digits.substring(0, 13));
        return (digits.charAt(0) == '1' || digits.charAt(0) == '2')
                && month >= 1
                && month <= 12
                && 97 - body % 97 == Long.parseLong(digits.substring(13));
    }
}
