package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.SensitivityReport;
import dev.millrace.classifier.SensitivityScanner;
import java.util.List;

/**
 * The scanner in use: one pass over each text; the kind of character says which detectors look at a place.
 *
 * <p>Every detector looks a bounded distance ahead, remembers what it read, or returns the end of what it consumed, so the time
 * is linear.
 */
public final class LinearScanner implements SensitivityScanner {

    private static final int LOOKED_AT = CharTable.LETTER | CharTable.DIGIT | CharTable.SIGN;

    private final Detector numbers = new NumberDetector();
    private final Detector emails = new EmailDetector();
    private final Detector urls = new UrlPasswordDetector();
    private final Detector accountLines = new AccountLineDetector();
    private final Detector keyBlocks = new KeyBlockDetector();
    private final Detector logins = new LoginFlagDetector();
    private final Detector keys = new KeyDetector();
    private final Detector accounts = new IbanDetector();
    private final Detector codes = new NationalCodeDetector();
    private final Detector phrases = new PhraseDetector();

    @Override
    public SensitivityReport scan(List<String> texts) {
        FindingTally tally = new FindingTally();
        for (String text : texts) {
            scan(new ScanText(text), tally);
        }
        return new SensitivityReport(tally.findings());
    }

    /** Adds what one text holds to a tally. */
    void scan(ScanText text, FindingTally tally) {
        Scan scan = new Scan(text, tally);
        int before = 0;
        int i = 0;
        while (i < text.length()) {
            int kinds = text.kindsAt(i);
            int end = (kinds & LOOKED_AT) == 0 ? i : detect(scan, i, kinds, before);
            before = end > i + 1 ? text.kindsAt(end - 1) : kinds;
            i = Math.max(end, i + 1);
        }
    }

    private int detect(Scan scan, int start, int kinds, int before) {
        if ((kinds & CharTable.LETTER) != 0) {
            return startsWord(kinds, before) ? word(scan, start, before) : namedWithin(scan, start);
        }
        if ((kinds & CharTable.DIGIT) != 0) {
            return (before & CharTable.DIGIT) == 0 ? number(scan, start) : start;
        }
        return switch (scan.text.at(start)) {
            case '@' -> emails.detect(scan, start);
            case ':' -> colon(scan, start);
            default -> dashes(scan, start);
        };
    }

    /** One key begins with a digit and slashes. */
    private int number(Scan scan, int start) {
        int key = scan.text.at(start + 1) == '/' ? keys.detect(scan, start) : start;
        return key > start ? key : numbers.detect(scan, start);
    }

    private int colon(Scan scan, int start) {
        int end = urls.detect(scan, start);
        return end > start ? end : accountLines.detect(scan, start);
    }

    /** The armour of a key begins with two dashes, a flag behind a blank, a property of Java as a flag does: most dashes are none of these. */
    private int dashes(Scan scan, int start) {
        ScanText text = scan.text;
        int end = text.at(start + 1) == '-' ? keyBlocks.detect(scan, start) : start;
        if (end > start || text.at(start - 1) > ' ') {
            return end;
        }
        return text.at(start + 1) == 'D' && text.isLetter(start + 2) && !text.isUpper(start + 2)
                ? Math.max(start, phrases.detect(scan, start + 2))
                : logins.detect(scan, start);
    }

    /** Identifiers hold several words: {@code DB_PASSWORD}, {@code dbPassword}; where no blanks are written any letter may begin one. */
    private static boolean startsWord(int kinds, int before) {
        return (before & CharTable.LETTER) == 0
                || ((kinds | before) & CharTable.UNSPACED) != 0
                || ((kinds & CharTable.UPPER) != 0 && (before & CharTable.UPPER) == 0);
    }

    /** Languages put words together without a sign: {@code Erstpasswort}, {@code dbpass=}. */
    private int namedWithin(Scan scan, int start) {
        boolean named = switch (scan.text.at(start)) {
            case 'p' -> isPasswordWithin(scan.text, start);
            case 'k' -> scan.text.matches(start, "kennwort");
            default -> false;
        };
        return named ? phrases.detect(scan, start) : start;
    }

    private static boolean isPasswordWithin(ScanText text, int start) {
        return switch (text.at(start + 1)) {
            case 'a' -> text.matches(start, "passwor") || text.matches(start, "passwd") || isSet(text, start, "pass");
            case 'w' -> isSet(text, start, "pwd") || isSet(text, start, "pw");
            default -> false;
        };
    }

    /** Whether a short name stands at an index that a value is given to. */
    private static boolean isSet(ScanText text, int start, String name) {
        return text.matches(start, name) && ":=".indexOf(text.at(text.skipBlanks(start + name.length()))) >= 0;
    }

    private int word(Scan scan, int start, int before) {
        boolean joined = (before & (CharTable.LETTER | CharTable.DIGIT)) != 0 && (before & CharTable.UNSPACED) == 0;
        if (!joined && scan.text.at(start) < 128) {
            int end = code(scan, start);
            if (end > start) {
                return end;
            }
        }
        return phrases.detect(scan, start);
    }

    private int code(Scan scan, int start) {
        int key = keys.detect(scan, start);
        if (key > start) {
            return key;
        }
        int account = accounts.detect(scan, start);
        return account > start ? account : codes.detect(scan, start);
    }
}
