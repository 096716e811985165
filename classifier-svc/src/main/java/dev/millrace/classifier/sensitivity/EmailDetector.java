package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.Locale;
import java.util.Set;

/** Finds e-mail addresses from their at sign: a local part before it and a domain with a spelt top level behind it. */
final class EmailDetector {

    private static final int DOMAIN_CHARS_MAX = 253;
    private static final Set<String> FILE_ENDINGS =
            Set.of("png", "jpg", "jpeg", "gif", "svg", "webp", "js", "ts", "css");

    int detect(Scan scan, int start) {
        ScanText text = scan.text;
        if (!isLocalEnd(text, start - 1)) {
            return start;
        }
        int end = start + 1;
        int lastDot = -1;
        while (end - start <= DOMAIN_CHARS_MAX && isDomainChar(text, end)) {
            if (text.at(end) == '.') {
                lastDot = end;
            }
            end++;
        }
        boolean repository = text.at(end) == ':' && text.matches(start - 3, "git") && !text.isWord(start - 4);
        if (repository || lastDot <= start + 1 || !isTopLevel(text, lastDot + 1, end)) {
            return start;
        }
        scan.found(FindingKind.EMAIL, "email");
        return scan.budget.takeTopic(start) ? LoginPairDetector.afterAddress(scan, end) : end;
    }

    private static boolean isLocalEnd(ScanText text, int index) {
        char c = text.at(index);
        return text.isWord(index) || c == '_' || c == '+' || c == '-' || c == '%';
    }

    /** A dot belongs to the domain only where a label follows: the last one of a sentence does not. */
    private static boolean isDomainChar(ScanText text, int index) {
        char c = text.at(index);
        return text.isWord(index) || ((c == '-' || c == '.') && text.isWord(index + 1));
    }

    private static boolean isTopLevel(ScanText text, int start, int end) {
        if (end - start < 2 || end - start > 24) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (!text.isLetter(i)) {
                return text.matches(start, "xn--");
            }
        }
        return !FILE_ENDINGS.contains(text.slice(start, end).toLowerCase(Locale.ROOT));
    }
}
