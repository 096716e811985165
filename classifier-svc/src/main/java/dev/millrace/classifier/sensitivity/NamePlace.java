package dev.millrace.classifier.sensitivity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** Tells where the name of a secret stands, by what is before it: in a flag, a variable, a table, a label, a sentence that sets it. */
final class NamePlace {

    private static final int FLAG_CHARS_MAX = 24;
    private static final int LINE_CHARS_MAX = 48;
    private static final Signs CODE_SIGNS = Signs.of("(){}[]<=;,$|+&@\"'`");
    private static final Set<String> DECLARATIONS = Set.of(
            "const",
            "let",
            "var",
            "val",
            "final",
            "private",
            "public",
            "protected",
            "static",
            "string",
            "char",
            "def",
            "fun",
            "fn",
            "func",
            "mut",
            "type",
            "case",
            "readonly",
            "abstract",
            "override",
            "lateinit",
            "internal",
            "self",
            "optional",
            "required");

    private static final int USER_CHARS_MAX = 64;
    /** Types that a variable of one letter has, without their digits. */
    private static final Set<String> TYPES = Set.of(
            "str", "string", "int", "integer", "uint", "float", "double", "number", "bool", "boolean", "char", "byte",
            "any", "vec", "vector", "matrix", "mat", "point", "complex", "tensor", "array", "list", "user", "uuid",
            "real", "i", "u", "f");

    private static final int CHANGE_CHARS_MAX = 32;
    private static final String[] CHANGES = {
        "chang",
        "set ",
        "reset",
        "updat",
        "änder",
        "setz",
        "cambi",
        "modifi",
        "impost",
        "troqu",
        "troca",
        "alter",
        "mud",
        "wijzig",
        "verander",
        "puse",
        "mis "
    };

    private NamePlace() {}

    /** Whether a word before the name says that it is set: who adds a password to something names the thing. */
    static boolean isChanged(ScanText text, int nameStart) {
        String before = text.slice(nameStart - CHANGE_CHARS_MAX, nameStart).toLowerCase(Locale.ROOT);
        return Arrays.stream(CHANGES).anyMatch(before::contains);
    }

    /** Whether the word before a name says whose it is. */
    static boolean isOwned(ScanText text, int nameStart) {
        return text.matches(nameStart - 4, " my ")
                || text.matches(nameStart - 5, " our ")
                || text.matches(nameStart - 6, " your ")
                || (nameStart == 3 && text.matches(0, "my "));
    }

    /** Whether the name ends a flag of a command, {@code --db-password}, */
    static boolean isFlag(ScanText text, int nameStart) {
        int i = nameStart;
        while (nameStart - i < FLAG_CHARS_MAX && (text.isPlainWord(i - 1) || text.at(i - 1) == '-')) {
            i--;
        }
        return i <= nameStart - 2 && text.at(i) == '-' && text.at(i + 1) == '-';
    }

    /** Whether the name ends a variable that an image declares, {@code ENV DB_PASSWORD}. */
    static boolean isVariable(ScanText text, int nameStart) {
        int i = nameStart;
        while (nameStart - i < FLAG_CHARS_MAX && (text.isUpper(i - 1) || text.at(i - 1) == '_')) {
            i--;
        }
        return text.at(i - 1) == ' ' && text.at(i - 2) == 'V' && text.matches(i - 4, "env") && text.at(i - 5) <= ' ';
    }

    /** Whether the name stands in a cell of a table drawn with bars. */
    static boolean isCell(ScanText text, int nameStart) {
        int i = nameStart - 1;
        while (nameStart - i < FLAG_CHARS_MAX
                && (text.isPlainWord(i) || text.at(i) == ' ' || "*._-".indexOf(text.at(i)) >= 0)) {
            i--;
        }
        return text.at(i) == '|';
    }

    /** Whether nothing but words, and none that declares something, stands on the line before a name. */
    static boolean isLabel(ScanText text, int nameStart) {
        int i = nameStart;
        while (nameStart - i < LINE_CHARS_MAX && i > 0 && text.at(i - 1) != '\n') {
            if (CODE_SIGNS.hold(text.at(i - 1))) {
                return false;
            }
            i--;
        }
        return Arrays.stream(text.slice(i, nameStart).toLowerCase(Locale.ROOT).split(" ", -1))
                .noneMatch(DECLARATIONS::contains);
    }

    /** Whether a short name that ends at an index leads to a user: a sign and a word stand behind it, and neither a type nor a formula. */
    static boolean leadsToUser(ScanText text, int nameEnd) {
        int after = ValueStart.afterName(text, nameEnd);
        int value = ValueStart.afterSign(text, after);
        int start = ValueStart.isQuote(text.at(value)) ? value + 1 : value;
        int end = start;
        int letters = start;
        while (end - start < USER_CHARS_MAX && (text.isWord(end) || "._@-".indexOf(text.at(end)) >= 0)) {
            letters += letters == end && text.isLetter(end) ? 1 : 0;
            end++;
        }
        boolean last = text.at(end) <= ' ' || ",;/|\"'`".indexOf(text.at(end)) >= 0;
        return value > after
                && end > start + 1
                && letters > start
                && last
                && !TYPES.contains(text.slice(start, letters).toLowerCase(Locale.ROOT));
    }
}
