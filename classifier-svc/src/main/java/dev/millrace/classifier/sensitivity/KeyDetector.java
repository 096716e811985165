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
import java.util.Base64;
import java.util.List;

/** Finds secret keys by the beginnings that their issuers publish, and signed tokens (JWT). */
final class KeyDetector {

    static final String RESOURCE = "/classifier/sensitivity-keys-v1.txt";

    private static final int TOKEN_PART_CHARS_MIN = 8;
    private static final int TOKEN_PART_CHARS_MAX = 2_000;
    private static final int MAIL_KEY_CHARS = 32;
    private static final int BOT_TOKEN_CHARS = 35;
    private static final int CHAT_USER_CHARS_MIN = 23;
    private static final int CHAT_USER_CHARS_MAX = 28;
    private static final int CHAT_TIME_CHARS = 6;
    private static final int CHAT_SIGNATURE_CHARS_MIN = 27;
    private static final int CHAT_CHANGES_MIN = 5;
    /** The base64 of five dashes and BEGIN with a blank behind it. */
    private static final String ARMOUR = "LS0tLS1CRUdJTi";

    private static final int ARMOUR_CHARS_MAX = 60;

    /** What the tokens and the bodies of keys begin with that have no published beginning. */
    private static final String[] TOKEN_BEGINNINGS = {"eyJ", "AA", "M", "b3B", "N", "O", "LS0"};

    private static final KeyPrefix[] NONE = {};

    /** The keys by their first two characters, because every word of a text asks. */
    private static final KeyPrefix[][] BY_BEGINNING = new KeyPrefix[1 << 14][];

    static {
        Arrays.fill(BY_BEGINNING, NONE);
        for (KeyPrefix key : read()) {
            int place = place(key.prefix().charAt(0), key.prefix().charAt(1));
            BY_BEGINNING[place] = Arrays.copyOf(BY_BEGINNING[place], BY_BEGINNING[place].length + 1);
            BY_BEGINNING[place][BY_BEGINNING[place].length - 1] = key;
        }
    }

    private KeyDetector() {}

    /** Adds what keys and tokens begin with. */
    static void addTo(WordHeads heads) {
        for (KeyPrefix[] keys : BY_BEGINNING) {
            for (KeyPrefix key : keys) {
                heads.addBeginning(key.prefix());
            }
        }
        for (String beginning : TOKEN_BEGINNINGS) {
            heads.addBeginning(beginning);
        }
    }

    private static int place(char first, char second) {
        return first << 7 | second;
    }

    static int detect(Scan scan, int start) {
        char first = scan.text.at(start);
        char second = scan.text.at(start + 1);
        if (second >= 128) {
            return start;
        }
        for (KeyPrefix key : BY_BEGINNING[place(first, second)]) {
            int end = key.match(scan, start);
            if (end > start) {
                scan.found(key.kind(), key.rule());
                return end;
            }
        }
        return switch (first) {
            case 'e' -> signedToken(scan, start);
            case 'A' -> botToken(scan, start);
            case 'M' -> {
                int body = KeyBodyDetector.detect(scan, start);
                yield body > start ? body : chatToken(scan, start);
            }
            case 'b' -> KeyBodyDetector.detect(scan, start);
            case 'N', 'O' -> chatToken(scan, start);
            case 'L' -> keyFile(scan, start);
            default -> start;
        };
    }

    /** Whether a private key stands at an index that says so itself: what its name leads to is left to it. */
    static boolean isPrivateKey(Scan scan, int start) {
        char first = scan.text.at(start);
        char second = scan.text.at(start + 1);
        if (first >= 128 || second >= 128) {
            return false;
        }
        for (KeyPrefix key : BY_BEGINNING[place(first, second)]) {
            if (key.kind() == FindingKind.PRIVATE_KEY && key.match(scan, start) > start) {
                return true;
            }
        }
        return false;
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

    /** A dash begins the data centre of a mail service at an index: 32 digits in hex before it are the key to it, {@code …-us14}. */
    static int mailKey(Scan scan, int dash) {
        ScanText text = scan.text;
        int number = dash + "-us".length();
        int end = text.isDigit(number + 1) ? number + 2 : number + 1;
        if (text.at(dash + 1) != 'u' || text.at(dash + 2) != 's' || !text.isDigit(number) || isKeyChar(text, end)) {
            return dash;
        }
        int start = dash;
        while (dash - start <= MAIL_KEY_CHARS && KeyBodyDetector.isHex(text.at(start - 1))) {
            start--;
        }
        if (dash - start != MAIL_KEY_CHARS || isKeyChar(text, start - 1)) {
            return dash;
        }
        scan.found(FindingKind.CREDENTIAL, "mail_key");
        return end;
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

    /** A user's number in base64, a time, and a signature with dots between, as chat services write them. */
    private static int chatToken(Scan scan, int start) {
        ScanText text = scan.text;
        if (isKeyChar(text, start - 1)) {
            return start;
        }
        int user = keyEnd(text, start, CHAT_USER_CHARS_MAX);
        if (user - start < CHAT_USER_CHARS_MIN || text.at(user) != '.') {
            return start;
        }
        int time = keyEnd(text, user + 1, CHAT_TIME_CHARS + 1);
        if (time - user - 1 != CHAT_TIME_CHARS || text.at(time) != '.') {
            return start;
        }
        scan.keyRun.read(time + 1);
        if (scan.keyRun.length() < CHAT_SIGNATURE_CHARS_MIN || scan.keyRun.changes() < CHAT_CHANGES_MIN) {
            return start;
        }
        scan.found(FindingKind.CREDENTIAL, "chat_token");
        return scan.keyRun.end();
    }

    /** The armour of a private key as base64, as manifests carry files. */
    private static int keyFile(Scan scan, int start) {
        ScanText text = scan.text;
        if (!isArmour(text, start)) {
            return start;
        }
        int end = BasicLogin.base64End(text, start, ARMOUR_CHARS_MAX);
        int whole = end - (end - start) % 4;
        String label = new String(Base64.getDecoder().decode(text.slice(start, whole)), StandardCharsets.ISO_8859_1);
        if (!label.contains("PRIVATE KEY")) {
            return start;
        }
        scan.found(FindingKind.PRIVATE_KEY, "private_key_base64");
        return end;
    }

    /** Whether the armour of a key or of a certificate begins at an index in base64. */
    static boolean isArmour(ScanText text, int start) {
        int i = 0;
        while (i < ARMOUR.length() && text.at(start + i) == ARMOUR.charAt(i)) {
            i++;
        }
        return i == ARMOUR.length();
    }

    /** The index after the letters, digits, dashes and underscores from an index, so many at most. */
    private static int keyEnd(ScanText text, int start, int charsMax) {
        int i = start;
        while (i - start < charsMax && isKeyChar(text, i)) {
            i++;
        }
        return i;
    }

    private static int partEnd(ScanText text, int start) {
        return keyEnd(text, start, TOKEN_PART_CHARS_MAX);
    }

    private static boolean isKeyChar(ScanText text, int index) {
        return (text.kindsAt(index) & CharTable.KEY) != 0;
    }

    /**
     * Reads lines of {@code kind rule: prefix rest | prefix rest | …}, credentials without the kind; a rest may end with
     * the sign of its {@link KeyPrefix.Length}, and one with a dot has a second part.
     */
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
        String[] head = line.substring(0, colon).split(" ", -1);
        FindingKind kind = head.length > 1 ? FindingKind.valueOf(head[0]) : FindingKind.CREDENTIAL;
        for (String entry : line.substring(colon + 2).split("\\|", -1)) {
            String[] parts = entry.trim().split(" ", -1);
            String[] lengths = parts[1].split("\\.", -1);
            KeyPrefix.Length length = KeyPrefix.Length.of(lengths[0]);
            String digits = lengths[0].substring(0, lengths[0].length() - (length == KeyPrefix.Length.LEAST ? 0 : 1));
            int rest = Integer.parseInt(digits);
            int second = lengths.length > 1 ? Integer.parseInt(lengths[1]) : 0;
            if (Math.max(rest, second) > Scan.KEY_CHARS_MAX) {
                throw new IllegalArgumentException(
                        RESOURCE + ": length " + parts[1] + " (expected: <= " + Scan.KEY_CHARS_MAX + ")");
            }
            known.add(new KeyPrefix(parts[0], rest, length, second, kind, head[head.length - 1]));
        }
    }
}
