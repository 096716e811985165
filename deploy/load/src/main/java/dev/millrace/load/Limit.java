package dev.millrace.load;

import java.util.Locale;

/** A most that a measured figure may be, given as a system property; without it the figure is only printed. */
final class Limit {
    private Limit() {}

    /** Says whether a figure is within the limit of this property, and prints that; true where there is none. */
    static boolean kept(String property, String what, double figure) {
        String text = System.getProperty(property, "");
        if (text.isEmpty()) {
            return true;
        }
        double most = Double.parseDouble(text);
        boolean good = figure <= most;
        System.out.printf(Locale.ROOT, "%s  %s: %.2f (at most %.2f)%n", good ? "ok  " : "FAIL", what, figure, most);
        return good;
    }
}
