package dev.millrace.classifier.sensitivity;

import java.util.Locale;
import java.util.Set;

/**
 * What an identifier goes on with behind the name of a secret, {@code API_KEY_PROD}, {@code password2}, {@code tokenValue}: the same
 * secret of some place or number, or a property of it, {@code password_file}, {@code tokenType}, which is none.
 */
final class NameTail {

    private static final int PARTS_MAX = 4;
    private static final int PART_CHARS_MAX = 16;
    private static final int DIGITS_MAX = 4;

    /** What is said of a secret without telling it. */
    private static final Set<String> PROPERTIES = Set.of("""
            age alg algo algorithm arn attempts attr attribute audience auth backend bits bytes cache callback case change changed char
            chars check checker checksum class client code cols column complexity config confirmation cost count counter created date days
            delimiter description digest dir directory duration enabled encoder encoding encrypted encryption endpoint env error expired expires expiration
            expiry exp factory field file fingerprint flow for format found generator grant handler hash hashed hasher hashes hashing header help helper
            hint history host html icon id ids index info input invalid issuer iterations kind label lang last len length level lifetime
            limit link list location lock loader manager max mechanism message meta method min missing mode model name names needed node number
            object only page param params parser path pattern placeholder policy position prefix prompt property provider ref reference
            regex regexp repo repository request required reset resolver response rotation rounds rule rules salt schema scheme scope
            scopes selector sent server service set setter settings shown size source state status store strategy strength suffix table
            test text time timeout timestamp title to ttl type types updated uri url usage used user username uuid valid validation
            validator var variable vault version view visible was week weeks width with
            """.strip().split("\\s+", -1));

    private static final Signs JOINERS = Signs.of("_-.");

    private NameTail() {}

    /** The end of the identifier that goes on behind a name; -1 where it names a property of the secret. */
    static int end(ScanText text, int nameEnd) {
        int i = digitsEnd(text, nameEnd);
        for (int part = 0; part < PARTS_MAX; part++) {
            boolean sign = JOINERS.hold(text.at(i)) && text.isPlainWord(i + 1);
            boolean hump = text.isUpper(i) && !text.isUpper(i - 1);
            if (!sign && !hump) {
                return text.isPlainWord(i) || text.at(i) == '_' ? -1 : i;
            }
            int start = sign ? i + 1 : i;
            int end = start;
            while (end - start < PART_CHARS_MAX && text.isPlainWord(end) && (end == start || !isHump(text, end))) {
                end++;
            }
            if (PROPERTIES.contains(text.slice(start, end).toLowerCase(Locale.ROOT))) {
                return -1;
            }
            i = end;
        }
        return -1;
    }

    private static int digitsEnd(ScanText text, int start) {
        int i = start;
        while (i - start < DIGITS_MAX && text.isDigit(i)) {
            i++;
        }
        return i;
    }

    private static boolean isHump(ScanText text, int index) {
        return text.isUpper(index) && !text.isUpper(index - 1);
    }

    /** The word of an identifier that ends before the name of a secret, in small letters, or nothing. */
    static String before(ScanText text, int nameStart) {
        int end = "_-.".indexOf(text.at(nameStart - 1)) >= 0 ? nameStart - 1 : nameStart;
        if (end == nameStart && !text.isUpper(nameStart)) {
            return "";
        }
        int i = end;
        while (end - i < PART_CHARS_MAX && text.isLetter(i - 1) && (i == end || !isHump(text, i))) {
            i--;
        }
        return text.slice(i, end).toLowerCase(Locale.ROOT);
    }
}
