package dev.millrace.gateway;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

final class AbsenceTest {

    /** As a sidecar says it, here an Envoy 1.40. */
    private static final String UNREACHED = "upstream connect error or disconnect/reset before headers. retried and the"
            + " latest reset reason: remote connection failure: ";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_X509_verify_cert:_certificate_verification_error_at_depth_0:_certificate_has_expired | shows a certificate that has expired
            268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_SAN_matcher,_certificate_SANs_are_[spiffe://millrace/classifier] | shows a certificate that is not in its name
            268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_X509_verify_cert:_certificate_verification_error_at_depth_0:_unable_to_get_local_issuer_certificate | shows a certificate that is not trusted here
            268436501:SSL_routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_EXPIRED | refuses the gateway's certificate, which has expired
            268436504:SSL_routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA | refuses the gateway's certificate
            268436502:SSL_routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_UNKNOWN | refuses the gateway's certificate
            268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER | cannot be reached over TLS
            """)
    void namesTheCertificateThatStandsInBetween(String told, String expected) {
        Absence absence =
                Absence.of("billing", UNREACHED + "TLS_error:|" + told + ":TLS_error_end", "See whether it is up");

        assertThat(absence.what()).isEqualTo("billing " + expected);
        assertThat(absence.next()).contains("`millrace ps`", "makes a new one").doesNotContain("is up");
    }

    @Test
    void saysNothingOfCertificatesWhereNobodyElseDid() {
        String refused = UNREACHED + "delayed_connect_error:_Connection_refused";

        assertThat(Absence.of("billing", refused, "See whether it is up").text())
                .isEqualTo("billing does not answer. See whether it is up");
        assertThat(Absence.byCertificate("billing", "")).isEmpty();
    }
}
