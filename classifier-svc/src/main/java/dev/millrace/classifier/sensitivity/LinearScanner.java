package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.SensitivityReport;
import dev.millrace.classifier.SensitivityScanner;
import java.util.List;

/**
 * The scanner in use: one pass over each text; the kind of character says which detectors look at a place.
 *
 * <p>Every detector looks a bounded distance ahead, or returns the end of what it consumed, so the time is linear.
 */
public final class LinearScanner implements SensitivityScanner {

    private final Detector numbers = new NumberDetector();
    private final Detector emails = new EmailDetector();
    private final Detector urls = new UrlPasswordDetector();
    private final Detector keyBlocks = new KeyBlockDetector();
    private final List<Detector> words =
            List.of(new KeyDetector(), new IbanDetector(), new NationalCodeDetector(), new PhraseDetector());

    @Override
    public SensitivityReport scan(List<String> texts) {
        FindingTally tally = new FindingTally();
        for (String text : texts) {
            scan(new Scan(ScanText.of(text), tally));
        }
        return new SensitivityReport(tally.findings());
    }

    private void scan(Scan scan) {
        int i = 0;
        while (i < scan.text.length()) {
            int end = detect(scan, i);
            i = end > i ? end : i + 1;
        }
    }

    private int detect(Scan scan, int start) {
        ScanText text = scan.text;
        if (text.isDigit(start)) {
            return text.isDigit(start - 1) ? start : numbers.detect(scan, start);
        }
        if (text.isLetter(start)) {
            return startsWord(text, start) ? word(scan, start) : start;
        }
        return switch (text.at(start)) {
            case '@' -> emails.detect(scan, start);
            case ':' -> urls.detect(scan, start);
            case '-' -> keyBlocks.detect(scan, start);
            default -> start;
        };
    }

    private int word(Scan scan, int start) {
        for (Detector detector : words) {
            int end = detector.detect(scan, start);
            if (end > start) {
                return end;
            }
        }
        return start;
    }

    /** Identifiers hold several words: {@code DB_PASSWORD}, {@code dbPassword}; ideographs each may begin one. */
    private static boolean startsWord(ScanText text, int index) {
        return !text.isLetter(index - 1)
                || (text.isUpper(index) && !text.isUpper(index - 1))
                || Character.isIdeographic(text.at(index));
    }
}
