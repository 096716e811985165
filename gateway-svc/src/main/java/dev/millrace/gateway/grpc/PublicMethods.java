package dev.millrace.gateway.grpc;

import dev.millrace.gateway.Callers;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.KeyServiceGrpc;
import dev.millrace.schema.billing.v1.PriceServiceGrpc;
import dev.millrace.schema.billing.v1.UsageServiceGrpc;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ModelServiceGrpc;
import io.grpc.Channel;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.Set;

/** The allow-list: which methods of the peers the public port offers. Never reserve, settle, record, authenticate. */
public final class PublicMethods {

    private PublicMethods() {}

    /** The services to bind beside the gateway's own. */
    public static List<ServerServiceDefinition> of(
            Callers callers, Channel classifier, Channel billing, Channel localInference) {
        PassThrough toBilling = new PassThrough(callers, "billing", billing);
        PassThrough toModels = new PassThrough(callers, "local-inference", localInference);
        return List.of(
                toBilling.offer(
                        UsageServiceGrpc.getServiceDescriptor(), Set.of("ListUsage", "GetTurn", "QueryUsageReport")),
                toBilling.offer(PriceServiceGrpc.getServiceDescriptor(), Set.of("ListPrices", "PutPrice")),
                toBilling.offer(
                        KeyServiceGrpc.getServiceDescriptor(),
                        Set.of("CreateKey", "RotateKey", "RevokeKey", "ListKeys")),
                toBilling.offer(BillingServiceGrpc.getServiceDescriptor(), Set.of("GetBudget", "SetBudget")),
                toModels.offer(ModelServiceGrpc.getServiceDescriptor(), Set.of("LoadModel", "UnloadModel", "GetModel")),
                toModels.offer(InferenceServiceGrpc.getServiceDescriptor(), Set.of()),
                new PassThrough(callers, "classifier", classifier)
                        .offer(ClassifierServiceGrpc.getServiceDescriptor(), Set.of("ClassifyPrompt")));
    }
}
