package dev.millrace.testing.walls.bad.app;

/** The wiring. */
public record Wiring(boolean done) {}
