package dev.millrace.testing.walls.good;

/** Domain. */
public record Charge(long nanoUsd) {}
