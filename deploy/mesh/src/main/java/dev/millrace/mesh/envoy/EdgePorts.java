package dev.millrace.mesh.envoy;

/** Where the outer door listens: each of the first two takes gRPC, gRPC-Web and HTTP alike. */
public record EdgePorts(int grpc, int http, int admin) {}
