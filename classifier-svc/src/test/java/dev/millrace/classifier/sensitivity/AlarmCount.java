package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.Finding;
import dev.millrace.classifier.Sensitivity;
import dev.millrace.classifier.SensitivityReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts what is reported in texts that hold no secret as a rule: the prompts of the training, files of code. Run by hand.
 *
 * <p>Reads lines {@code name TAB base64 of the UTF-8 text} from standard input; prints how many texts have which level, how many
 * of them each rule reports, and the names of the sensitive ones.
 */
final class AlarmCount {

    private final LinearScanner scanner = new LinearScanner();
    private final Map<String, Integer> textsByRule = new TreeMap<>();
    private final StringBuilder sensitive = new StringBuilder();
    private int texts;
    private int sensitiveTexts;
    private int internalTexts;

    private AlarmCount() {}

    /** Reads standard input to its end. */
    public static void main(String[] arguments) throws IOException {
        AlarmCount count = new AlarmCount();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] parts = line.split("\t", -1);
            count.add(parts[0], new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8));
        }
        count.print(arguments[0]);
    }

    private void add(String name, String text) {
        SensitivityReport report = scanner.scan(List.of(text));
        texts++;
        for (Finding finding : report.findings()) {
            textsByRule.merge(finding.kind() + " " + finding.rule(), 1, Integer::sum);
        }
        internalTexts += report.level() == Sensitivity.INTERNAL ? 1 : 0;
        if (report.level() == Sensitivity.SENSITIVE) {
            sensitiveTexts++;
            sensitive
                    .append("  ")
                    .append(name)
                    .append(' ')
                    .append(report.findings())
                    .append('\n');
        }
    }

    private void print(String what) {
        System.out.printf("%s: %d texts, sensitive %d, internal %d%n", what, texts, sensitiveTexts, internalTexts);
        textsByRule.forEach((rule, count) -> System.out.printf("  %s: %d texts%n", rule, count));
        System.out.print(sensitive);
    }
}
