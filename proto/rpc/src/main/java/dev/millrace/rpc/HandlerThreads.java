package dev.millrace.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Where a server's handlers run: on virtual threads, but for the methods that run in place, on their caller's thread. */
final class HandlerThreads implements ServerCallExecutorSupplier {
    private static final Executor IN_PLACE = Runnable::run;

    private final Executor virtual = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<String> inPlace;

    /** @param inPlace full names of methods */
    HandlerThreads(Set<String> inPlace) {
        this.inPlace = Set.copyOf(inPlace);
    }

    Executor of(String method) {
        return inPlace.contains(method) ? IN_PLACE : virtual;
    }

    /** For what a transport within the process does before it knows the method. */
    Executor beforeTheMethodIsKnown() {
        return inPlace.isEmpty() ? virtual : IN_PLACE;
    }

    /** For every method over TCP. */
    Executor virtual() {
        return virtual;
    }

    @Override
    public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
        return of(call.getMethodDescriptor().getFullMethodName());
    }
}
