package dev.millrace.rpc;

import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What health checks are told of a server: of each of its services, and of all together. NOT_SERVING until it is set. */
final class ServingStates {
    private final Map<String, Boolean> serving = new ConcurrentHashMap<>();
    private final HealthStatusManager health = new HealthStatusManager();

    ServingStates(List<ServerServiceDefinition> services) {
        services.forEach(service -> serving.put(service.getServiceDescriptor().getName(), false));
        publish();
    }

    /** What answers the checks. */
    ServerServiceDefinition service() {
        return health.getHealthService().bindService();
    }

    void set(String service, boolean isServing) {
        if (serving.replace(service, isServing) == null) {
            throw new IllegalArgumentException("service: " + service + " (expected: one of " + serving.keySet() + ")");
        }
        publish();
    }

    void setAll(boolean isServing) {
        serving.replaceAll((service, before) -> isServing);
        publish();
    }

    boolean areAll() {
        return serving.values().stream().allMatch(Boolean::booleanValue);
    }

    /** Says NOT_SERVING of each and hears no other word. */
    void end() {
        setAll(false);
        health.enterTerminalState();
    }

    private void publish() {
        serving.forEach((service, isServing) -> health.setStatus(service, status(isServing)));
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status(areAll()));
    }

    private static ServingStatus status(boolean isServing) {
        return isServing ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }
}
