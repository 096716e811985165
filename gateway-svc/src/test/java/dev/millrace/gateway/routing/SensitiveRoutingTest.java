package dev.millrace.gateway.routing;

import dev.millrace.gateway.PromptJudge.Away;
import dev.millrace.gateway.PromptJudge.NoText;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RouteReason.Kind;
import dev.millrace.gateway.Routing.Route;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.Verdict.Sensitivity;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Where a prompt may go whose text must not leave, or of which nobody knows. */
final class SensitiveRoutingTest extends RoutingQuestion {

    @Test
    void sensitivePromptsStayLocal() {
        judgement = judged(0.8, Sensitivity.SENSITIVE);

        Route route = route();

        assertThat(names(route)).containsExactly(STARTER);
        assertThat(route.mayLeave()).isFalse();
        assertThat(route.rejected()).allMatch(one -> one.reasons().getFirst().kind() == Kind.SENSITIVE);
        assertThat(route.rejected().getFirst().reasons().getFirst().text()).contains("payment_card");
    }

    @Test
    void internalPromptsMayLeaveUnlessPolicyForbids() {
        judgement = judged(0.8, Sensitivity.INTERNAL);
        assertThat(plan()).first().isEqualTo("deepseek-v3.2");

        policy = leavingUpTo(Sensitivity.PUBLIC);
        assertThat(plan()).containsExactly(STARTER);
    }

    @Test
    void sensitivePromptsForANamedCloudModelNeedALocalRoute() {
        judgement = judged(0.8, Sensitivity.SENSITIVE);
        model = "gpt-4.1";

        assertThat(refusal().reason()).isEqualTo(Reason.LOCAL_ROUTE_REQUIRED);
    }

    @Test
    void saysWhatStandsBetweenASensitivePromptAndALocalAnswer() {
        judgement = judged(0.8, Sensitivity.SENSITIVE);
        model = "cloud";
        assertThat(refusal().getMessage())
                .isEqualTo("the prompt is sensitive (payment_card) and may not leave, but only the cloud was asked for."
                        + " Ask for \"auto\" or \"local\"");

        model = "gpt-4.1";
        assertThat(refusal().getMessage())
                .isEqualTo("the prompt is sensitive (payment_card) and may not leave, but model \"gpt-4.1\" runs in the"
                        + " cloud. Ask for \"auto\" or \"local\"");

        model = "auto";
        models.removeIf(entry -> entry.target() == Target.LOCAL);
        assertThat(refusal().getMessage()).contains("there is no local model");

        unreached = List.of(OLLAMA);
        assertThat(refusal().getMessage()).contains("no local model can take it: local ollama: " + OLLAMA.detail());
    }

    @Test
    void withoutVerdictPromptsStayLocal() {
        judgement = new Away("UNAVAILABLE");

        Route route = route();

        assertThat(names(route)).containsExactly(STARTER);
        assertThat(route.tier()).isEmpty();
        assertThat(route.rejected()).allMatch(one -> one.reasons().getFirst().kind() == Kind.CLASSIFIER_DOWN);
    }

    @Test
    void aBadCertificateOfTheClassifiersIsToldWithWhatItPrevents() {
        judgement = new Away("BACKEND_UNREACHABLE: TLS_error:|CERTIFICATE_VERIFY_FAILED:_certificate_has_expired");

        assertThat(route().rejected())
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.reasons().getFirst().text())
                        .startsWith("the classifier shows a certificate that has expired: the prompt stays local."
                                + " `millrace ps`"));
    }

    @Test
    void withoutTextTheOperatorsLevelCounts() {
        judgement = new NoText();

        assertThat(route().mayLeave()).isTrue();
        assertThat(route().sensitivity()).isEqualTo(Sensitivity.INTERNAL);
    }
}
