package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds secret keys by the beginnings that their issuers publish, and signed tokens (JWT). */
final class KeyDetector implements Detector {

    static final String RESOURCE = "/classifier/sensitivity-keys-v1.txt";

    private static final int TOKEN_PART_CHARS_MIN = 8;
    private static final int TOKEN_PART_CHARS_MAX = 2_000;
    private static final int BOT_TOKEN_CHARS = 35;

    private static final KeyPrefix[] NONE = {};

    /** The keys by their first two characters, because every word of a text asks. */
    private final KeyPrefix[][] byBeginning = new KeyPrefix[1 << 14][];

    KeyDetector() {
        Arrays.fill(byBeginning, NONE);
        for (KeyPrefix key : read()) {
            int place = place(key.prefix().charAt(0), key.prefix().charAt(1));
            byBeginning[place] = Arrays.copyOf(byBeginning[place], byBeginning[place].length + 1);
            byBeginning[place][byBeginning[place].length - 1] = key;
        }
    }

    private static int place(char first, char second) {
        return first << 7 | second;
    }

    @Override
    public int detect(Scan scan, int start) {
        char first = scan.text.at(start);
        char second = scan.text.at(start + 1);
        if (second >= 128) {
            return start;
        }
        for (KeyPrefix key : byBeginning[place(first, second)]) {
            int end = key.match(scan, start);
            if (end > start) {
                scan.found(FindingKind.CREDENTIAL, key.rule());
                return end;
            }
        }
        return switch (first) {
            case 'e' -> signedToken(scan, start);
            case 'A' -> botToken(scan, start);
            default -> start;
        };
    }

    /** Three parts of base64url with dots between, the first of which begins a JSON object. */
    private static int signedToken(Scan scan, int start) {
        ScanText text = scan.text;
        if (text.at(start + 1) != 'y' || text.at(start + 2) != 'J' || isKeyChar(text, start - 1)) {
            return start;
        }
        int first = partEnd(text, start);
        if (first - start < TOKEN_PART_CHARS_MIN || text.at(first) != '.') {
            return start;
        }
        int second = partEnd(text, first + 1);
        if (second - first <= TOKEN_PART_CHARS_MIN) {
            return start;
        }
        scan.found(FindingKind.CREDENTIAL, "jwt");
        return text.at(second) == '.' ? partEnd(text, second + 1) : second;
    }

    /** A number, a colon, and 35 characters that begin with AA. */
    private static int botToken(Scan scan, int start) {
        ScanText text = scan.text;
        if (text.at(start + 1) != 'A' || text.at(start - 1) != ':' || !text.isDigit(start - 2)) {
            return start;
        }
        scan.keyRun.read(start);
        if (scan.keyRun.length() != BOT_TOKEN_CHARS) {
            return start;
        }
        scan.found(FindingKind.CREDENTIAL, "bot_token");
        return scan.keyRun.end();
    }

    private static int partEnd(ScanText text, int start) {
        int i = start;
        while (i - start < TOKEN_PART_CHARS_MAX && isKeyChar(text, i)) {
            i++;
        }
        return i;
    }

    private static boolean isKeyChar(ScanText text, int index) {
        return (text.kindsAt(index) & CharTable.KEY) != 0;
    }

    /** Reads lines of {@code rule: prefix rest | prefix rest | …}; a rest with {@code !} is exact. */
    private static List<KeyPrefix> read() {
        List<KeyPrefix> known = new ArrayList<>();
        try (InputStream in = KeyDetector.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + RESOURCE);
            }
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line -> add(known, line));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
        return known;
    }

    private static void add(List<KeyPrefix> known, String line) {
        int colon = line.indexOf(": ");
        for (String entry : line.substring(colon + 2).split("\\|", -1)) {
            String[] parts = entry.trim().split(" ", -1);
            boolean exact = parts[1].endsWith("!");
            int rest = Integer.parseInt(exact ? parts[1].substring(0, parts[1].length() - 1) : parts[1]);
            known.add(new KeyPrefix(parts[0], rest, exact, line.substring(0, colon)));
        }
    }
}
