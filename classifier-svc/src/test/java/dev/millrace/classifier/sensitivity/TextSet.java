package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.Finding;
import dev.millrace.classifier.FindingKind;
import java.util.List;
import java.util.Locale;

/** A set of labelled texts as the scanner sees it: what it finds, what it misses, and what it reports in vain. */
final class TextSet {

    private final String name;
    private final List<Scanned> texts;

    /** Scans all texts of a resource. */
    TextSet(String name, String resource) {
        LinearScanner scanner = new LinearScanner();
        this.name = name;
        this.texts = LabelledText.read(resource).stream()
                .map(text -> new Scanned(text, kinds(scanner, text)))
                .toList();
    }

    /** Prints how many texts of a kind are recognised as such, and returns those that are not. */
    List<String> missed(FindingKind kind) {
        List<Scanned> all = labelled(kind.name());
        List<String> missed = all.stream()
                .filter(text -> !text.found().contains(kind))
                .map(Scanned::text)
                .toList();
        print(kind.name(), all.size(), "recall", 1 - share(missed, all));
        return missed;
    }

    /** Prints how many reports of a kind name the text's own label, and returns the texts of the others. */
    List<String> misnamed(FindingKind kind) {
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
    List<String> falseAlarms(String label) {
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

    /** How many texts have a label. */
    int size(String label) {
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

    /** A text with the kinds that were found in it. */
    private record Scanned(LabelledText labelled, List<FindingKind> found) {

        String label() {
            return labelled.kind();
        }

        String text() {
            return labelled.text();
        }
    }
}
