package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import org.jspecify.annotations.Nullable;

/** Reads the phrases that mean something: markings, names of secrets, names of numbers. */
final class PhraseDetector implements Detector {

    private static final int LABEL_LEAD_CHARS_MAX = 4;

    private final PhraseTrie phrases = Vocabulary.load();

    @Override
    public int detect(Scan scan, int start) {
        PhraseTrie.@Nullable Match match = phrases.longest(scan.text, start);
        if (match == null) {
            return start;
        }
        int end = match.end();
        return switch (match.meaning()) {
            case Phrase.Marking marking -> mark(scan, marking, start, end);
            case Phrase.Naming naming -> name(scan, naming.topic(), end);
            case Phrase.PasswordName name -> AssignmentDetector.password(scan, start, end);
            case Phrase.KeyName name -> AssignmentDetector.key(scan, start, end);
            case Phrase.SchemeName name -> AssignmentDetector.bearer(scan, end);
            case Phrase.KeyFile file -> keyFile(scan, end);
        };
    }

    private static int mark(Scan scan, Phrase.Marking marking, int start, int end) {
        if (marking.form() == Phrase.Form.ANY || isCapitals(scan.text, start, end) || isLabel(scan.text, start, end)) {
            scan.found(FindingKind.MARKING, marking.rule());
        }
        return end;
    }

    private static int name(Scan scan, Topic topic, int end) {
        scan.name(topic, end);
        return end;
    }

    private static int keyFile(Scan scan, int end) {
        scan.found(FindingKind.PRIVATE_KEY, "private_key_file");
        return end;
    }

    private static boolean isCapitals(ScanText text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (text.isLetter(i) && Character.isLowerCase(text.at(i))) {
                return false;
            }
        }
        return Character.isUpperCase(text.at(start)) || Character.isIdeographic(text.at(start));
    }

    /** Alone on its line or sentence, before a colon, or in brackets; at most a few signs may lead it. */
    private static boolean isLabel(ScanText text, int start, int end) {
        int lead = start;
        while (start - lead < LABEL_LEAD_CHARS_MAX && lead > 0 && " *#[(<>=_".indexOf(text.at(lead - 1)) >= 0) {
            lead--;
        }
        char before = text.at(lead - 1);
        boolean opens = before == 0
                || before == '\n'
                || before == ':'
                || text.at(start - 1) == '['
                || text.at(start - 1) == '(';
        int next = text.skipBlanks(end);
        char after = text.at(next);
        boolean closes = after == 0
                || after == '\n'
                || after == ':'
                || after == ']'
                || after == ')'
                || after == '*'
                || after == '-'
                || (after == '.' && text.at(next + 1) <= ' ');
        return opens && closes;
    }
}
