package dev.millrace.rpc;

import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.List;

/** What health checks are told of a server: of each of its services, and of all together. NOT_SERVING until it is set. */
final class ServingStates {
    private final List<String> services;
    private final HealthStatusManager health = new HealthStatusManager();
    private volatile boolean serving;

    ServingStates(List<ServerServiceDefinition> services) {
        this.services = services.stream()
                .map(service -> service.getServiceDescriptor().getName())
                .toList();
        setAll(false);
    }

    /** What answers the checks. */
    ServerServiceDefinition service() {
        return health.getHealthService().bindService();
    }

    void setAll(boolean now) {
        serving = now;
        ServingStatus status = now ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
        services.forEach(service -> health.setStatus(service, status));
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    }

    boolean areAll() {
        return serving;
    }

    /** Says NOT_SERVING of each and hears no other word. */
    void end() {
        setAll(false);
        health.enterTerminalState();
    }
}
