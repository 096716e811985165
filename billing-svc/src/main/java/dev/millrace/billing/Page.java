package dev.millrace.billing;

import java.util.List;

/** Part of a list, and the token that gets the next part; an empty token: that was all. */
public record Page<T>(List<T> items, String nextToken) {
    public Page {
        items = List.copyOf(items);
    }
}
