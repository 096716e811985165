package dev.millrace.relay;

/** Whose cost a call is: the gateway's attempt within a turn of a tenant. */
public record AttemptKey(String turnId, String tenant, String attemptId) {}
