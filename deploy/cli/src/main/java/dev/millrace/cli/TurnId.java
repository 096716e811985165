package dev.millrace.cli;

/** A turn's id as people handle it: a UUIDv7 whose beginning tells turns apart, because it is their time in microseconds. */
final class TurnId {
    private static final int SHORT_LENGTH = 18;

    private TurnId() {}

    /** The part that is worth showing and copying; {@code turn} finds the turn by it. */
    static String shown(String id) {
        return id.substring(0, Math.min(SHORT_LENGTH, id.length()));
    }

    /** What was typed, without what the HTTP door puts before a turn's id. */
    static String typed(String text) {
        return text.replaceFirst("^(chatcmpl|cmpl)-", "");
    }
}
