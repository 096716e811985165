package dev.millrace.relay;

import java.util.OptionalLong;

/** A model in a provider's own list. */
public record ListedModel(String id, OptionalLong contextLength) {}
