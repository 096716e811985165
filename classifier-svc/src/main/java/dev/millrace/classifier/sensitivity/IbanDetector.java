package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Finds international bank account numbers: the country's length and the remainder by 97 (ISO 13616). */
final class IbanDetector implements Detector {

    private static final Map<String, Integer> LENGTHS = lengths(
            "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 "
                    + "FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 "
                    + "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 "
                    + "PT25 QA29 RO24 RS22 SA24 SC31 SD18 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 "
                    + "XK20");

    @Override
    public int detect(Scan scan, int start) {
        ScanText text = scan.text;
        if (text.isWord(start - 1) || !text.isLetter(start + 1) || !startsLikeIban(text, start)) {
            return start;
        }
        String country = "" + Character.toUpperCase(text.at(start)) + Character.toUpperCase(text.at(start + 1));
        int length = LENGTHS.getOrDefault(country, 0);
        StringBuilder account = new StringBuilder(length);
        int i = start;
        while (account.length() < length) {
            char c = text.at(i);
            if (isAsciiWord(c)) {
                account.append(Character.toUpperCase(c));
            } else if ((c != ' ' && c != '-' && c != '.') || !text.isWord(i + 1)) {
                return start;
            }
            i++;
        }
        if (length == 0 || text.isWord(i) || Checksums.mod97(account, 4) != 1) {
            return start;
        }
        scan.found(FindingKind.IBAN, "iban_" + country.toLowerCase(Locale.ROOT));
        return i;
    }

    private static boolean startsLikeIban(ScanText text, int start) {
        int check = text.at(start + 2) == ' ' ? start + 3 : start + 2;
        return text.isDigit(check) && text.isDigit(check + 1);
    }

    private static boolean isAsciiWord(char c) {
        return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z' && c < 128);
    }

    private static Map<String, Integer> lengths(String table) {
        Map<String, Integer> lengths = new HashMap<>();
        for (String entry : table.split(" ", -1)) {
            lengths.put(entry.substring(0, 2), Integer.valueOf(entry.substring(2)));
        }
        return Map.copyOf(lengths);
    }
}
