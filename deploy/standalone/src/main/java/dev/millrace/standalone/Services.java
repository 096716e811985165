package dev.millrace.standalone;

import dev.millrace.billing.app.BillingApplication;
import dev.millrace.classifier.app.ClassifierApplication;
import dev.millrace.gateway.app.GatewayApplication;
import dev.millrace.local.app.LocalInferenceApplication;
import dev.millrace.relay.app.CloudRelayApplication;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.ServiceSettings;
import java.util.List;

/** The five services in the order of their start, and what the standalone tells them: to speak within the process. */
final class Services {
    private static final List<String> INNER = List.of("billing", "classifier", "local-inference", "cloud-relay");

    private Services() {}

    static List<MillraceService> all() {
        return List.of(
                new BillingApplication(),
                new ClassifierApplication(),
                new LocalInferenceApplication(),
                new CloudRelayApplication(),
                new GatewayApplication());
    }

    /** Every service but the gateway listens within the process alone, and finds the others there. */
    static ServiceSettings withinOneProcess(ServiceSettings settings) {
        ServiceSettings told = settings;
        for (String service : INNER) {
            told = told.with(service + ".grpc.listen", "inprocess:///" + service)
                    .with("gateway.peers." + service, "inprocess:///" + service);
        }
        return told.with("local-inference.billing.target", "inprocess:///billing")
                .with("cloud-relay.peers.billing", "inprocess:///billing");
    }
}
