package dev.millrace.gateway.app;

import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.routing.Policy;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares at start what policy wants of clouds with what they offer. */
final class OfferedModels {

    private static final Logger LOG = LoggerFactory.getLogger(OfferedModels.class);
    private static final int NAMED_MAX = 8;

    private OfferedModels() {}

    /** One warning for all tiers; none where the providers are not known yet. */
    static void warnOfMissing(Policy policy, Catalogue catalogue) {
        Set<String> offered = catalogue.models().stream()
                .filter(model -> model.target() == Target.CLOUD)
                .map(Catalogue.Entry::id)
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> missing = policy.tiers().values().stream()
                .flatMap(tier -> tier.cloudModels().stream())
                .distinct()
                .filter(model -> !offered.contains(model))
                .sorted()
                .toList();
        if (!catalogue.complete()
                || offered.isEmpty()
                || missing.isEmpty()
                || policy.cloudModel().isPresent()) {
            return;
        }
        LOG.atWarn()
                .addKeyValue("missing", missing)
                .addKeyValue("offered", offered.stream().limit(NAMED_MAX).toList())
                .log("the provider does not offer models that tiers use; they are skipped. Name another with"
                        + " --cloud-model, or in gateway.policy.tiers");
    }
}
