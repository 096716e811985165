package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.Finding;
import dev.millrace.classifier.FindingKind;
import dev.millrace.classifier.Sensitivity;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import static org.assertj.core.api.Assertions.assertThat;

/** A set of labelled texts as the scanner sees it: what it finds, what it misses, and what it reports in vain. */
final class TextSet {

    private static final double RECALL_MIN = 0.98;
    private static final double PRECISION_MIN = 0.98;
    private static final double FALSE_ALARMS_MAX = 0.01;

    private final String name;
    private final List<Scanned> texts;

    /** Scans all texts of a resource. */
    TextSet(String name, String resource) {
        this(name, LabelledText.read(resource));
    }

    /** Scans texts. */
    private TextSet(String name, List<LabelledText> labelled) {
        LinearScanner scanner = new LinearScanner();
        this.name = name;
        this.texts = labelled.stream()
                .map(text -> new Scanned(text, kinds(scanner, text)))
                .toList();
    }

    /** Asserts that nearly all texts of a kind are recognised as such, of so many at least, and that hardly another is. */
    void assertTold(FindingKind kind, int textsMin) {
        assertFound(kind, textsMin);
        assertNotMisnamed(kind);
    }

    /** Asserts that nearly all texts of a kind are recognised as such, of so many at least. */
    void assertFound(FindingKind kind, int textsMin) {
        List<String> missed = missed(kind);

        assertThat(size(kind.name())).isGreaterThanOrEqualTo(textsMin);
        assertThat(1 - missed.size() / (double) size(kind.name()))
                .as("missed: %s", String.join("\n", missed))
                .isGreaterThanOrEqualTo(RECALL_MIN);
    }

    /** Asserts that hardly a text is called of a kind that it is not. */
    private void assertNotMisnamed(FindingKind kind) {
        List<String> wrong = misnamed(kind);

        assertThat(wrong.size() / (double) size(kind.name()))
                .as("wrong: %s", String.join("\n", wrong))
                .isLessThanOrEqualTo(1 - PRECISION_MIN);
    }

    /** Asserts that hardly a text of a label without findings has one, of so many at least. */
    void assertLeftAlone(String label, int textsMin) {
        List<String> wrong = falseAlarms(label);

        assertThat(size(label)).isGreaterThanOrEqualTo(textsMin);
        assertThat(wrong.size() / (double) size(label))
                .as("wrong: %s", String.join("\n", wrong))
                .isLessThanOrEqualTo(FALSE_ALARMS_MAX);
    }

    /** Prints how many texts of a kind are recognised as such, and returns those that are not. */
    private List<String> missed(FindingKind kind) {
        List<Scanned> all = labelled(kind.name());
        List<String> missed = all.stream()
                .filter(text -> !text.found().contains(kind))
                .map(Scanned::text)
                .toList();
        print(kind.name(), all.size(), "recall", 1 - share(missed, all));
        return missed;
    }

    /** Prints how many reports of a kind name the text's own label, and returns the texts of the others. */
    private List<String> misnamed(FindingKind kind) {
        List<Scanned> reported =
                texts.stream().filter(text -> text.found().contains(kind)).toList();
        List<String> wrong = reported.stream()
                .filter(text -> !text.label().equals(kind.name()))
                .map(Scanned::text)
                .toList();
        print(kind.name(), reported.size(), "precision", 1 - share(wrong, reported));
        return wrong;
    }

    /** Prints how many texts of a label without findings have one, and returns them. */
    private List<String> falseAlarms(String label) {
        List<Scanned> all = labelled(label);
        List<String> wrong = all.stream()
                .filter(text -> !text.found().isEmpty())
                .map(text -> text.found() + " in: " + text.text())
                .toList();
        print(
                label.equals(LabelledText.PLAIN) ? "everyday prompts" : "near misses",
                all.size(),
                "false alarms",
                share(wrong, all));
        return wrong;
    }

    /** Prints how many texts of a kind are recognised, and returns how many are not. */
    private int printMissed(FindingKind kind) {
        return missed(kind).size();
    }

    /** Prints how many texts without findings are called sensitive, and internal, and returns how many are sensitive. */
    private long printFalseAlarms() {
        List<Scanned> all = labelled(LabelledText.NEAR_MISS);
        long sensitive = all.stream()
                .filter(text -> text.level() == Sensitivity.SENSITIVE)
                .count();
        long internal = all.stream()
                .filter(text -> text.level() == Sensitivity.INTERNAL)
                .count();
        System.out.printf(
                "sensitivity, %s: near misses %d texts, false alarms: %d sensitive, %d internal%n",
                name, all.size(), sensitive, internal);
        return sensitive;
    }

    /** How many texts have a label. */
    private int size(String label) {
        return labelled(label).size();
    }

    private List<Scanned> labelled(String label) {
        return texts.stream().filter(text -> text.label().equals(label)).toList();
    }

    private static double share(List<?> some, List<?> all) {
        return all.isEmpty() ? 0 : some.size() / (double) all.size();
    }

    private static List<FindingKind> kinds(LinearScanner scanner, LabelledText text) {
        return scanner.scan(List.of(text.text())).findings().stream()
                .map(Finding::kind)
                .distinct()
                .toList();
    }

    private void print(String what, int count, String figure, double value) {
        System.out.printf(Locale.ROOT, "sensitivity, %s: %-16s %4d texts, %s %.4f%n", name, what, count, figure, value);
    }

    /**
     * A set in two parts, told apart because the rules knew the first one when the later one was written.
     *
     * @param first the texts before the later ones
     * @param later the others
     */
    record Parts(TextSet first, TextSet later) {

        /** Scans a set whose parts have so many texts each. */
        static Parts of(String name, String resource, int firstTexts, int laterTexts) {
            List<LabelledText> all = LabelledText.read(resource);
            assertThat(all).hasSize(firstTexts + laterTexts);
            return new Parts(
                    new TextSet(name + ", first", all.subList(0, firstTexts)),
                    new TextSet(name + ", later", all.subList(firstTexts, all.size())));
        }

        /** Prints how many texts of some kinds are recognised in each part, and returns how many are not. */
        int printMissed(FindingKind... kinds) {
            return printMissedFirst(kinds) + printMissedLater(kinds);
        }

        /** The same of the first part. */
        int printMissedFirst(FindingKind... kinds) {
            return Arrays.stream(kinds).mapToInt(first::printMissed).sum();
        }

        /** The same of the later part. */
        int printMissedLater(FindingKind... kinds) {
            return Arrays.stream(kinds).mapToInt(later::printMissed).sum();
        }

        /** Prints the false alarms of each part, and returns how many texts without findings are called sensitive. */
        long printFalseAlarms() {
            return first.printFalseAlarms() + later.printFalseAlarms();
        }
    }

    /** A text with the kinds that were found in it. */
    private record Scanned(LabelledText labelled, List<FindingKind> found) {

        String label() {
            return labelled.kind();
        }

        Sensitivity level() {
            return found.stream()
                    .map(FindingKind::level)
                    .max(Comparator.naturalOrder())
                    .orElse(Sensitivity.PUBLIC);
        }

        String text() {
            return labelled.text();
        }
    }
}
