package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.Arrays;

/** The state of one pass over one text: the text, what was found so far, and where topics were last named. */
final class Scan {

    /** How far a naming word may stand before its number. */
    private static final int TOPIC_REACH_CHARS = 48;

    /** How far the flags of a command are looked for. */
    private static final int COMMAND_CHARS_MAX = 400;

    /** How far behind the armour of a key its first line begins at most: some have headers. */
    private static final int KEY_HEAD_CHARS_MAX = 300;

    /** As far as the longest key with a known beginning must be read. */
    static final int KEY_CHARS_MAX = 128;

    private static final int TOKEN_CHARS_MAX = 128;
    private static final int CODE_CHARS_MAX = 40;

    final ScanText text;
    final DigitGroups groups;
    /** How many names of secrets are still looked at. */
    final LookBudget budget = new LookBudget();
    /** The groups of a number whose name says what it is, whatever stands between them. */
    final DigitGroups namedGroups;
    /** The parts of a number, whatever joins them. */
    final DigitGroups partGroups;
    /** The characters of a key from the place that is looked at. */
    final CharRun keyRun;
    /** The characters of a token from the place that is looked at. */
    final CharRun tokenRun;
    /** A value that was no password of a pair; what begins in it is none either. */
    final Span refusedPair = new Span();
    /** The password that is looked at. */
    final PasswordValue password;
    /** Room for the code that is read at the moment. */
    final char[] code = new char[CODE_CHARS_MAX];

    /** The index after the code in {@link #code}. */
    int codeEnd;

    /** The index after the line of the command with a login that was named last. */
    private int commandEnd;

    private boolean commandJoined;

    /** The index after the line of the user that a flag named last. */
    private int userEnd;

    private int lineEnd;
    private int argumentsEnd;
    private int cookiesEnd;
    private final int[] mentionsRead = new int[MentionDetector.Sort.COUNT];
    private int backRead;
    private int codesRead;
    private int rowsRead;
    private int spokenEnd;
    private int partsRead;
    private int keyBlockEnd = -KEY_HEAD_CHARS_MAX;
    private int membersRead;

    /** Where what was asked for its check sum last began. */
    private int summed = -1;

    private boolean walletKey;

    private FindingTally tally;
    private final int[] named = new int[Topic.values().length];

    Scan(ScanText text, FindingTally tally) {
        this.text = text;
        this.groups = new DigitGroups(text, DigitGroups.Separators.USUAL);
        this.namedGroups = new DigitGroups(text, DigitGroups.Separators.ANY);
        this.partGroups = new DigitGroups(text, DigitGroups.Separators.JOINTS);
        this.keyRun = new CharRun(text, CharTable.KEY, KEY_CHARS_MAX);
        this.tokenRun = new CharRun(text, CharTable.TOKEN, TOKEN_CHARS_MAX);
        this.password = new PasswordValue(text);
        this.tally = tally;
        Arrays.fill(named, Integer.MIN_VALUE / 2);
    }

    void found(FindingKind kind, String rule) {
        tally.add(kind, rule);
    }

    /** Counts what is found from now on in a tally. */
    void countIn(FindingTally findings) {
        tally = findings;
    }

    /**
     * Whether a wallet's key stands between two indexes. Who asks for the same again gets the same answer, and spends no sum of
     * the budget.
     */
    boolean isWalletKey(int start, int end) {
        if (summed != start) {
            summed = start;
            walletKey = budget.takeSum(start) && Checksums.isWalletKey(text.slice(start, end));
        }
        return walletKey;
    }

    /** Notes that a topic is named by a word that ends at an index. */
    void name(Topic topic, int end) {
        named[topic.index()] = end;
    }

    /** Whether a topic was named shortly before an index. */
    boolean isNamed(Topic topic, int index) {
        return isNamed(topic, index, TOPIC_REACH_CHARS);
    }

    /** Whether a topic was named so many characters before an index at most. */
    boolean isNamed(Topic topic, int index, int reach) {
        return index - named[topic.index()] <= reach;
    }

    /** Whether the word that names a topic ends at an index. */
    boolean isNameEnd(Topic topic, int index) {
        return named[topic.index()] == index;
    }

    /**
     * Notes that a command that takes a login is named by a word that ends at an index.
     *
     * @param joined whether its flag and the password have no blank between
     */
    void beginCommand(int end, boolean joined) {
        commandJoined = joined;
        commandEnd = lineEnd(end);
    }

    /** Notes that a user is named behind a flag: a password may follow behind another. */
    void beginUser(int index) {
        userEnd = lineEnd(index);
    }

    /** Whether a value behind a flag at an index may be the password of a command or of a user. */
    boolean isCommandFlag(int start, boolean joined) {
        return isCommand(start) ? joined || !commandJoined : start < userEnd && !joined;
    }

    /** Whether an index lies in a command that takes a login. */
    boolean isCommand(int index) {
        return index < commandEnd;
    }

    /** Whether the arguments of a command that was read lie at an index. */
    boolean isArgument(int index) {
        return index < argumentsEnd;
    }

    /** Notes that the arguments from an index on are read, and returns their end. */
    int argumentsEnd(int index) {
        argumentsEnd = lineEnd(index);
        return argumentsEnd;
    }

    /** Notes that the cookies before an index are read. */
    void readCookies(int end) {
        cookiesEnd = end;
    }

    /** Whether the cookies at an index were read. */
    boolean isReadCookie(int index) {
        return index < cookiesEnd;
    }

    /** The end of the line that an index, no earlier than the last one, lies on; a line that a backslash ends goes on. */
    int lineEnd(int index) {
        int i = Math.max(index, lineEnd);
        while (i - index < COMMAND_CHARS_MAX && i < text.length() && (text.at(i) != '\n' || text.at(i - 1) == '\\')) {
            i++;
        }
        lineEnd = i;
        return i;
    }

    /** The index up to which the words behind names were read for their values. */
    int mentionsRead(int sort) {
        return mentionsRead[sort];
    }

    void readMentions(int sort, int end) {
        mentionsRead[sort] = Math.max(mentionsRead[sort], end);
    }

    /** The index up to which codes and words behind their names were read. */
    int codesRead() {
        return codesRead;
    }

    void readCodes(int end) {
        codesRead = Math.max(codesRead, end);
    }

    /** The index up to which the words before names were read for their values. */
    int backRead() {
        return backRead;
    }

    void readBack(int end) {
        backRead = Math.max(backRead, end);
    }

    /** The index up to which members behind names were read. */
    int membersRead() {
        return membersRead;
    }

    void readMembers(int end) {
        membersRead = Math.max(membersRead, end);
    }

    /** Notes that the armour of a private key was found before an index. */
    void readKeyBlock(int end) {
        keyBlockEnd = end;
    }

    /** Whether an index lies at the beginning of a key whose armour was found. */
    boolean isKeyBlock(int index) {
        return index - keyBlockEnd < KEY_HEAD_CHARS_MAX;
    }

    /** The index after the spoken digits that were read last. */
    int spokenEnd() {
        return spokenEnd;
    }

    void readSpoken(int end) {
        spokenEnd = end;
    }

    /** The index up to which no card begins in the parts that were read last. */
    int partsRead() {
        return partsRead;
    }

    void readParts(int end) {
        partsRead = end;
    }

    /** The index up to which lines were read as the rows of tables. */
    int rowsRead() {
        return rowsRead;
    }

    void readRows(int end) {
        rowsRead = Math.max(rowsRead, end);
    }
}
