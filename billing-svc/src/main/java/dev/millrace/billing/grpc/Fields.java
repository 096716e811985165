package dev.millrace.billing.grpc;

import dev.millrace.rpc.CallContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Checks what came over the wire, once; a violation is a fault that names the field. */
final class Fields {
    private static final int TEXT_CHARACTERS_MAX = 255;
    private static final int DECISION_BYTES_MAX = 2_048;
    private static final int LABELS_MAX = 16;
    private static final int LABEL_CHARACTERS_MAX = 512;
    private static final long TOKENS_MAX = 100_000_000;
    private static final Duration TTL_MAX = Duration.ofHours(1);
    private static final int PAGE_SIZE_MAX = 1_000;
    private static final int PAGE_SIZE_DEFAULT = 100;

    private Fields() {}

    /** One line of text: PostgreSQL takes no NUL, and what is listed line by line takes no line break. */
    static String text(String field, String value) {
        return text(field, value, TEXT_CHARACTERS_MAX);
    }

    private static String text(String field, String value, int charactersMax) {
        require(value.length() <= charactersMax, field, "<= " + charactersMax + " characters", value.length());
        require(isOneLine(value), field, "no control characters", "a text with a control character");
        return value;
    }

    /** A loop: this is asked some ten times a turn, and a stream costs more than the text has characters. */
    private static boolean isOneLine(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isISOControl(value.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static String required(String field, String value) {
        require(!value.isBlank(), field, "not empty", "\"\"");
        return text(field, value);
    }

    /** An attempt's id, which begins with its turn's. */
    static String attemptId(String turnId, String value) {
        String number = value.startsWith(turnId + "/") ? value.substring(turnId.length() + 1) : "";
        boolean valid = !number.isEmpty() && number.chars().allMatch(c -> c >= '0' && c <= '9');
        require(valid, "attempt_id", "\"<turn_id>/<n>\"", "\"" + value + "\"");
        return text("attempt_id", value);
    }

    static long tokens(String field, long value, long min) {
        require(value >= min && value <= TOKENS_MAX, field, min + " to " + TOKENS_MAX, value);
        return value;
    }

    static long atLeastZero(String field, long value) {
        require(value >= 0, field, ">= 0", value);
        return value;
    }

    static Duration ttl(Duration value) {
        require(value.isPositive() && value.compareTo(TTL_MAX) <= 0, "ttl", "more than 0 s, at most 1 h", value);
        return value;
    }

    static String decision(String json) {
        int bytes = json.length() <= DECISION_BYTES_MAX / 3 ? 0 : json.getBytes(StandardCharsets.UTF_8).length;
        require(bytes <= DECISION_BYTES_MAX, "decision_json", "<= " + DECISION_BYTES_MAX + " bytes", bytes);
        return json;
    }

    static Map<String, String> labels(Map<String, String> labels) {
        require(labels.size() <= LABELS_MAX, "labels", "<= " + LABELS_MAX, labels.size());
        labels.forEach((name, value) -> {
            text("labels", name, LABEL_CHARACTERS_MAX);
            text("labels", value, LABEL_CHARACTERS_MAX);
        });
        return labels;
    }

    static int pageSize(int value) {
        require(value >= 0 && value <= PAGE_SIZE_MAX, "page_size", "0 to " + PAGE_SIZE_MAX, value);
        return value == 0 ? PAGE_SIZE_DEFAULT : value;
    }

    /** The tenant that the message names, else the caller's own. For methods that an operator may use on any tenant. */
    static String tenant(String named) {
        return required("tenant", named.isEmpty() ? CallContext.tenant().orElse("") : named);
    }

    /** The caller's own tenant; a message that names another one is refused. */
    static String ownTenant(String named) {
        Optional<String> own = ownTenantIfAllowed(named);
        require(own.isPresent(), "tenant", "empty, or the caller's own", "\"" + named + "\"");
        return own.orElse(named);
    }

    /** The caller's own tenant; empty when the message names another one. */
    static Optional<String> ownTenantIfAllowed(String named) {
        String own = tenant(CallContext.tenant().orElse(named));
        return named.isEmpty() || named.equals(own) ? Optional.of(own) : Optional.empty();
    }

    static void require(boolean holds, String field, String expected, Object found) {
        if (!holds) {
            throw BillingFaults.fieldInvalid(field, field + ": " + found + " (expected: " + expected + ")")
                    .toException();
        }
    }
}
