package dev.millrace.billing.sql;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Labels as a JSON object, sorted by name, so that the database's own JSON functions can read them. */
final class LabelsJson {
    private static final int FIRST_PRINTABLE = 0x20;

    private LabelsJson() {}

    static String write(Map<String, String> labels) {
        if (labels.isEmpty()) {
            return "{}";
        }
        return new TreeMap<>(labels)
                .entrySet().stream()
                        .map(label -> quote(label.getKey()) + ":" + quote(label.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < FIRST_PRINTABLE) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
