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

    private static final byte NOTHING = 0;
    /** A word that nothing is joined to: a key, an account, a national code, a phrase. */
    private static final byte WORD = 1;
    /** A word of an identifier: a phrase. */
    private static final byte PART = 2;
    /** A name that is the end of a longer word. */
    private static final byte INNER_NAME = 3;

    private static final byte NUMBER = 4;
    /** An address, a flag, the armour of a key. */
    private static final byte SIGN = 5;

    /** What begins at a place, by the kinds before it and at it: every character asks, and most begin nothing. */
    private static final byte[] BEGINNINGS = new byte[(BEFORE + 1) * KINDS];

    static {
        for (int place = 0; place < BEGINNINGS.length; place++) {
            BEGINNINGS[place] = beginning(place % KINDS, place / KINDS);
        }
    }

    /** How far behind the first letter of a code of six letters its first digit stands. */
    private static final int CODE_LETTERS = 6;

    private final NumberDetector numbers = new NumberDetector();
    private final EmailDetector emails = new EmailDetector();
    private final UrlPasswordDetector urls = new UrlPasswordDetector();
    private final AccountLineDetector accountLines = new AccountLineDetector();
    private final KeyBlockDetector keyBlocks = new KeyBlockDetector();
    private final LoginFlagDetector logins = new LoginFlagDetector();
    private final IbanDetector accounts = new IbanDetector();
    private final NationalCodeDetector codes = new NationalCodeDetector();
    private final SpokenCardDetector spoken = new SpokenCardDetector();
    private final PhraseDetector phrases = new PhraseDetector();
    private final WordHeads codeHeads = codeHeads();

    @Override
    public SensitivityReport scan(List<String> texts) {
        FindingTally tally = new FindingTally();
        for (String text : texts) {
            ScanText plain = new ScanText(text);
            scan(plain, tally);
            if (plain.hasSignsFromOctets()) {
                tally.addMissing(nearOctets(ScanText.withOctets(text)));
            }
        }
        return new SensitivityReport(tally.findings());
    }

    /** Adds what one text holds to a tally. */
    void scan(ScanText text, FindingTally tally) {
        read(new Scan(text, tally), 0, text.length());
    }

    /**
     * What a text holds near octets for signs. Far from them it was read already, in its plain form; the block before each
     * such part is read too, because what stands there decides what begins behind it, but what is found there is not counted.
     */
    private FindingTally nearOctets(ScanText text) {
        FindingTally tally = new FindingTally();
        Scan scan = new Scan(text, tally);
        int from = text.nextNearOctets(0);
        while (from >= 0) {
            int end = text.nextFarFromOctets(from);
            int counted = from == 0 ? 0 : from + ScanText.BLOCK_CHARS;
            scan.countIn(new FindingTally());
            int next = read(scan, from, counted);
            scan.countIn(tally);
            read(scan, next, end);
            from = text.nextNearOctets(end);
        }
        return tally;
    }

    /** Reads what begins between two indexes, the last behind the text perhaps; returns the index behind it. */
    private int read(Scan scan, int from, int to) {
        ScanText text = scan.text;
        int last = Math.min(to, text.length());
        int before = text.kindsAt(from - 1);
        int i = from;
        while (i < last) {
            int kinds = text.kindsAt(i);
            int beginning = BEGINNINGS[(before & BEFORE) * KINDS + kinds];
            int end = beginning == NOTHING ? i : detect(scan, i, beginning);
            before = end > i + 1 ? text.kindsAt(end - 1) : kinds;
            i = Math.max(end, i + 1);
        }
        return i;
    }

    private static WordHeads codeHeads() {
        WordHeads heads = new WordHeads();
        KeyDetector.addTo(heads);
        KeyBlockDetector.addTo(heads);
        SpokenDigits.addTo(heads);
        return heads;
    }

    private static byte beginning(int kinds, int before) {
        if ((kinds & CharTable.LETTER) != 0) {
            boolean joined = (before & (CharTable.LETTER | CharTable.DIGIT)) != 0 && (before & CharTable.UNSPACED) == 0;
            if (startsWord(kinds, before)) {
                return joined ? PART : WORD;
            }
            return (kinds & CharTable.INNER) != 0 ? INNER_NAME : NOTHING;
        }
        if ((kinds & CharTable.DIGIT) != 0) {
            return (before & CharTable.DIGIT) == 0 ? NUMBER : NOTHING;
        }
        return (kinds & CharTable.SIGN) != 0 ? SIGN : NOTHING;
    }

    private int detect(Scan scan, int start, int beginning) {
        return switch (beginning) {
            case WORD -> word(scan, start);
            case PART -> phrases.detect(scan, start);
            case INNER_NAME -> namedWithin(scan, start);
            case NUMBER -> number(scan, start);
            default -> sign(scan, start);
        };
    }

    private int sign(Scan scan, int start) {
        return switch (scan.text.at(start)) {
            case '@' -> emails.detect(scan, start);
            case ':' -> colon(scan, start);
            default -> dashes(scan, start);
        };
    }

    /** Some keys begin with a digit, and a slash or a letter behind it; an account's number may have a word before its country. */
    private int number(Scan scan, int start) {
        char first = scan.text.at(start);
        int key = codeHeads.mayBegin(first, scan.text, start) ? KeyDetector.detect(scan, start) : start;
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
            return end > start ? end : KeyDetector.mailKey(scan, start);
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
        char first = scan.text.at(start);
        int code = first < 128 ? code(scan, first, start) : start;
        return code > start ? code : phrases.detect(scan, start);
    }

    private int code(Scan scan, char first, int start) {
        boolean known = codeHeads.mayBegin(first, scan.text, start);
        int key = known ? key(scan, start) : start;
        if (key > start) {
            return key;
        }
        int number = mayBeNumber(scan, start) ? letteredNumber(scan, start) : start;
        return known && number == start ? spoken.detect(scan, start) : number;
    }

    private int key(Scan scan, int start) {
        int key = KeyDetector.detect(scan, start);
        return key == start && scan.text.lowerAt(start) == 'b' ? keyBlocks.bare(scan, start) : key;
    }

    /** Whether a word may be a number that begins with letters: after three of them only one with six goes on as one. */
    private static boolean mayBeNumber(Scan scan, int start) {
        ScanText text = scan.text;
        boolean word = text.isLetter(start + 1) && text.isLetter(start + 2) && !text.isDigit(start + CODE_LETTERS);
        return !word || scan.isNamed(Topic.PASSPORT, start);
    }

    private int letteredNumber(Scan scan, int start) {
        int account = accounts.detect(scan, start);
        return account > start ? account : codes.detect(scan, start);
    }
}
