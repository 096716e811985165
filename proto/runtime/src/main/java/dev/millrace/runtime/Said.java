package dev.millrace.runtime;

import java.util.HashMap;
import java.util.Map;

/**
 * What the operator says to one service.
 *
 * @param values by full key
 * @param places where each key and each section stands, as it is told after a mistake: {@code    in FILE line 3}
 */
record Said(Map<String, Object> values, Map<String, String> places) {
    static final Said NOTHING = new Said(Map.of(), Map.of());

    Said {
        values = Map.copyOf(values);
        places = Map.copyOf(places);
    }

    /** Both; where both say a key, the other's word counts. */
    Said overriddenBy(Said other) {
        Map<String, Object> allValues = new HashMap<>(values);
        allValues.putAll(other.values);
        Map<String, String> allPlaces = new HashMap<>(places);
        allPlaces.putAll(other.places);
        return new Said(allValues, allPlaces);
    }

    /** Whether it says this key, or one below it. */
    boolean speaksOf(String key) {
        return values.keySet().stream()
                .anyMatch(said -> said.equals(key) || said.startsWith(key + ".") || said.startsWith(key + "["));
    }

    /** A mistake that begins with its key, and where that stands: the key itself, or what it would stand in. */
    String placed(String mistake) {
        String key = mistake.split("[: ]", 2)[0];
        String around = key.replaceFirst("(\\.[^.\\[]+|\\[\\d+])$", "");
        return mistake + places.getOrDefault(key, places.getOrDefault(around, ""));
    }
}
