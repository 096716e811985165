package dev.millrace.mesh.envoy;

/** Where the outer door listens: both take gRPC, gRPC-Web and HTTP alike. */
public record EdgePorts(int grpc, int http) {}
