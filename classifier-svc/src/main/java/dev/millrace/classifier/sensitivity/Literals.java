package dev.millrace.classifier.sensitivity;

/**
 * Reads where programs put one string together from several, {@code "ab" + "cd"}, {@code ["ab", "cd"].join("")}, {@code {'a', 'b'}},
 * {@code ${'ab'}}, and where tables double their quotes, {@code "{""ab"": 1}"}: the string is what counts. It reads one text from its beginning on.
 */
final class Literals {

    /** What strings begin and end with, and the sign of an expression in one. */
    static final Signs BEGINNINGS = Signs.of("\"'`$");

    /** Lines are aligned. */
    private static final int GAP_CHARS_MAX = 60;

    private static final int LIST_CHARS_MAX = 300;
    /** Signs that join two strings in some language, alone or twice, or the backslash at the end of a line. */
    private static final Signs OPERATORS = Signs.of("+.&~^\\");

    /** What begins a joint behind a quote: an operator, a comma, a bracket, a blank. */
    private static final String JOINTS = "+.&~^\\|<,) \t\r\n";

    private static final Signs JOINING = Signs.of(JOINTS);

    /** What stands before an opening quote, and behind a closing one. */
    private static final Signs OPENING = Signs.of("=(,:[{ \t\n\"'`");

    private static final Signs CLOSING = Signs.of(",:;)]}= \t\r\n\"'`");
    private static final int TEMPLATE_CHARS_MAX = 80;
    private static final String JOIN = "].join(";

    private final char[] text;
    /** The index up to which it is known whether the strings of a list are joined. */
    private int listEnd;

    private boolean joinedList;
    /** The index of the quote that ends a string in an expression. */
    private int templateEnd = -1;

    Literals(char[] text) {
        this.text = text;
    }

    /** What may stand behind one of {@link #BEGINNINGS} where it stands for another. */
    static Signs followers(char beginning) {
        return Signs.of(beginning == '$' ? "{" : "}" + JOINTS + beginning);
    }

    /** What stands for another at one of {@link #BEGINNINGS}, as {@link Encoded#at} tells it. */
    int at(int index) {
        char quote = text[index];
        if (quote == '$') {
            return template(index);
        }
        if (index == templateEnd) {
            return Encoded.of(CharTable.DROPPED, 2);
        }
        char next = charAt(index + 1);
        if (next == quote) {
            return doubled(index);
        }
        if (!JOINING.hold(next)) {
            return Encoded.NOTHING;
        }
        int end = next == ',' ? listJointEnd(index, quote) : jointEnd(index, quote);
        return end == index ? Encoded.NOTHING : Encoded.of(CharTable.DROPPED, end - index);
    }

    /** Two quotes: between two words they join strings of a shell, or stand for one in them; beside a sign they stand for one. */
    private int doubled(int index) {
        char before = charAt(index - 1);
        char next = charAt(index + 2);
        boolean word = index > 0 && !OPENING.hold(before);
        boolean opens = "{[,:".indexOf(before) >= 0 && !CLOSING.hold(next) && next != 0;
        boolean closes = word && ":,]}".indexOf(next) >= 0 && next != 0;
        if (opens || closes) {
            return Encoded.of(text[index], 2);
        }
        boolean within = word && !CLOSING.hold(next) && next != 0;
        return within ? Encoded.of(CharTable.DROPPED, 2) : Encoded.NOTHING;
    }

    /** The index behind the quote that goes on with the string that a quote ends, or that quote's index. */
    private int jointEnd(int index, char quote) {
        int operator = skipGap(charAt(index + 1) == ')' ? index + 2 : index + 1, index);
        int i = operatorEnd(operator);
        boolean signed = i > operator;
        boolean joined = signed || isContinued(index, operator);
        i = skipGap(i, index);
        char next = charAt(i + 1);
        boolean goesOn = joined && charAt(i) == quote && next != 0 && ((signed && next == ' ') || !CLOSING.hold(next));
        return goesOn ? i + 1 : index;
    }

    private int operatorEnd(int start) {
        char sign = charAt(start);
        char next = charAt(start + 1);
        boolean pair = (sign == '|' && next == '|') || (sign == '<' && next == '>');
        if (pair) {
            return start + 2;
        }
        return OPERATORS.hold(sign) ? start + (next == sign ? 2 : 1) : start;
    }

    /** Whether the next string stands alone on a line that is set in, as programs write a long one. */
    private boolean isContinued(int index, int next) {
        char end = charAt(index + 1);
        return (end == '\n' || end == '\r') && index > 0 && !OPENING.hold(text[index - 1]) && text[next - 1] == ' ';
    }

    /** The same for the next entry of a list that is joined, or of one of single characters. */
    private int listJointEnd(int index, char quote) {
        int i = skipGap(index + 2, index);
        if (charAt(i) != quote) {
            return index;
        }
        boolean single = charAt(index - 2) == quote && charAt(i + 2) == quote && charAt(i + 1) != quote;
        return single || isJoinedList(index) ? i + 1 : index;
    }

    /** An expression that is nothing but a string, {@code ${'ab'}}: its beginning is left out, and its end when that is read. */
    private int template(int index) {
        char quote = charAt(index + 2);
        int end = index + 3;
        if (charAt(index + 1) != '{' || quote == '$' || !BEGINNINGS.hold(quote)) {
            return Encoded.NOTHING;
        }
        while (end - index < TEMPLATE_CHARS_MAX && charAt(end) > ' ' && charAt(end) != quote) {
            end++;
        }
        if (charAt(end) != quote || charAt(end + 1) != '}') {
            return Encoded.NOTHING;
        }
        templateEnd = end;
        return Encoded.of(CharTable.DROPPED, 3);
    }

    /** Whether the list around an index ends in a call that joins its strings; each list is looked through once. */
    private boolean isJoinedList(int index) {
        if (index >= listEnd) {
            int end = index;
            while (end - index < LIST_CHARS_MAX && end < text.length && text[end] != ']') {
                end++;
            }
            listEnd = end;
            joinedList = true;
            for (int i = 0; i < JOIN.length() && joinedList; i++) {
                joinedList = charAt(end + i) == JOIN.charAt(i);
            }
        }
        return joinedList;
    }

    private int skipGap(int from, int start) {
        int i = from;
        while (i - start < GAP_CHARS_MAX && i < text.length && text[i] <= ' ') {
            i++;
        }
        return i;
    }

    private char charAt(int index) {
        return index >= 0 && index < text.length ? text[index] : 0;
    }
}
