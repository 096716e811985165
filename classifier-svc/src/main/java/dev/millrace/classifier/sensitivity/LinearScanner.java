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

    /** The kinds of the character before that decide what begins at a place: the lowest bits. */
    private static final int BEFORE = CharTable.LETTER | CharTable.UPPER | CharTable.DIGIT | CharTable.UNSPACED;

    private static final int KINDS = 1 << 8;
    /** What begins at a place, by the kinds before it and at it: every character asks, and most begin nothing. */
    private static final Beginning[] BEGINNINGS = new Beginning[(BEFORE + 1) * KINDS];

    static {
        for (int place = 0; place < BEGINNINGS.length; place++) {
            BEGINNINGS[place] = beginning(place % KINDS, place / KINDS);
        }
    }

    private final NumberDetector numbers = new NumberDetector();
    private final EmailDetector emails = new EmailDetector();
    private final UrlPasswordDetector urls = new UrlPasswordDetector();
    private final AccountLineDetector accountLines = new AccountLineDetector();
    private final KeyBlockDetector keyBlocks = new KeyBlockDetector();
    private final LoginFlagDetector logins = new LoginFlagDetector();
    private final KeyDetector keys = new KeyDetector();
    private final IbanDetector accounts = new IbanDetector();
    private final NationalCodeDetector codes = new NationalCodeDetector();
    private final SpokenCardDetector spoken = new SpokenCardDetector();
    private final PhraseDetector phrases = new PhraseDetector();

    @Override
    public SensitivityReport scan(List<String> texts) {
        FindingTally tally = new FindingTally();
        for (String text : texts) {
            ScanText plain = new ScanText(text);
            scan(plain, tally);
            if (plain.hasSignsFromOctets()) {
                FindingTally asWritten = new FindingTally();
                scan(ScanText.withOctets(text), asWritten);
                tally.addMissing(asWritten);
            }
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
            Beginning beginning = BEGINNINGS[(before & BEFORE) * KINDS + kinds];
            int end = beginning == Beginning.NOTHING ? i : detect(scan, i, beginning);
            before = end > i + 1 ? text.kindsAt(end - 1) : kinds;
            i = Math.max(end, i + 1);
        }
    }

    private static Beginning beginning(int kinds, int before) {
        if ((kinds & CharTable.LETTER) != 0) {
            boolean joined = (before & (CharTable.LETTER | CharTable.DIGIT)) != 0 && (before & CharTable.UNSPACED) == 0;
            if (startsWord(kinds, before)) {
                return joined ? Beginning.PART : Beginning.WORD;
            }
            return (kinds & CharTable.INNER) != 0 ? Beginning.INNER_NAME : Beginning.NOTHING;
        }
        if ((kinds & CharTable.DIGIT) != 0) {
            return (before & CharTable.DIGIT) == 0 ? Beginning.NUMBER : Beginning.NOTHING;
        }
        return (kinds & CharTable.SIGN) != 0 ? Beginning.SIGN : Beginning.NOTHING;
    }

    private int detect(Scan scan, int start, Beginning beginning) {
        return switch (beginning) {
            case NOTHING -> start;
            case WORD -> word(scan, start);
            case PART -> phrases.detect(scan, start);
            case INNER_NAME -> namedWithin(scan, start);
            case NUMBER -> number(scan, start);
            case SIGN -> sign(scan, start);
        };
    }

    private int sign(Scan scan, int start) {
        return switch (scan.text.at(start)) {
            case '@' -> emails.detect(scan, start);
            case ':' -> colon(scan, start);
            default -> dashes(scan, start);
        };
    }

    /** One key begins with a digit and slashes; an account's number may have a word before its country. */
    private int number(Scan scan, int start) {
        int key = scan.text.at(start + 1) == '/' ? keys.detect(scan, start) : start;
        key = key == start && scan.text.isLetter(start - 1) ? accounts.glued(scan, start) : key;
        return key > start ? key : numbers.detect(scan, start);
    }

    private int colon(Scan scan, int start) {
        int end = urls.detect(scan, start);
        return end > start ? end : accountLines.detect(scan, start);
    }

    /** The armour of a key begins with two dashes, a flag behind a blank, a property of Java as a flag does: most dashes are none of these. */
    private int dashes(Scan scan, int start) {
        ScanText text = scan.text;
        boolean several = text.at(start + 1) == '-' || (text.at(start + 1) == ' ' && text.at(start + 2) == '-');
        int end = several ? keyBlocks.detect(scan, start) : start;
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
        boolean named =
                scan.text.at(start) == 'p' ? isPasswordWithin(scan.text, start) : scan.text.matches(start, "kennwort");
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

    private int word(Scan scan, int start) {
        int code = scan.text.at(start) < 128 ? code(scan, start) : start;
        return code > start ? code : phrases.detect(scan, start);
    }

    private int code(Scan scan, int start) {
        int key = keys.detect(scan, start);
        key = key == start && scan.text.lowerAt(start) == 'b' ? keyBlocks.bare(scan, start) : key;
        if (key > start) {
            return key;
        }
        int account = accounts.detect(scan, start);
        int code = account > start ? account : codes.detect(scan, start);
        return code > start ? code : spoken.detect(scan, start);
    }

    /** What may begin at a place. */
    private enum Beginning {
        NOTHING,
        /** A word that nothing is joined to: a key, an account, a national code, a phrase. */
        WORD,
        /** A word of an identifier: a phrase. */
        PART,
        /** A name that is the end of a longer word. */
        INNER_NAME,
        NUMBER,
        /** An address, a flag, the armour of a key. */
        SIGN
    }
}
