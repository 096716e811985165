package dev.millrace.runtime.classifier;

import jakarta.inject.Singleton;

/** A bean of the other service. */
@Singleton
public final class Judge {}
