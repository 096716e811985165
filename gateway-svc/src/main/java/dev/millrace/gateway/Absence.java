package dev.millrace.gateway;

import java.util.List;
import java.util.Optional;

/**
 * Why a service could not be asked, in an operator's words.
 *
 * @param what a sentence without its end
 * @param next what to do about it, also without its end
 */
public record Absence(String what, String next) {

    /** What to do where nothing says why a service is away. */
    public static final String SEE_WHETHER_UP = "See whether it is up: `millrace status`";

    private static final String NEXT =
            "`millrace ps` names the sidecar whose certificate it is and the command that makes a new one";

    /**
     * How the caller's sidecar quotes its library of TLS, from what says most to what says least. A bad certificate of the service is
     * found by that sidecar, one of the caller's own by the service's, which answers with an alert.
     */
    private static final List<Row> CERTIFICATES = List.of(
            new Row("ALERT_CERTIFICATE_EXPIRED", "refuses the gateway's certificate, which has expired"),
            new Row("ALERT", "refuses the gateway's certificate"),
            new Row("certificate_has_expired", "shows a certificate that has expired"),
            new Row("SAN", "shows a certificate that is not in its name"),
            new Row("CERTIFICATE_VERIFY_FAILED", "shows a certificate that is not trusted here"),
            new Row("", "cannot be reached over TLS"));

    private static final String FROM_TLS = "TLS_error";

    private record Row(String fragment, String words) {}

    /**
     * A certificate that keeps the gateway from a service, which may well be up; empty: nothing is said of one.
     *
     * @param told the description of the status that came in the service's place
     */
    public static Optional<Absence> byCertificate(String service, String told) {
        if (!told.contains(FROM_TLS)) {
            return Optional.empty();
        }
        return CERTIFICATES.stream()
                .filter(row -> told.contains(row.fragment))
                .findFirst()
                .map(row -> new Absence(service + " " + row.words, NEXT));
    }

    /**
     * A service that gave no answer of its own.
     *
     * @param next what to do where no certificate is the cause
     */
    public static Absence of(String service, String told, String next) {
        return byCertificate(service, told).orElseGet(() -> new Absence(service + " does not answer", next));
    }

    /** Both, for a message that says nothing else. */
    public String text() {
        return what + ". " + next;
    }
}
