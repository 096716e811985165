package dev.millrace.discovery;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an instance tells of itself beside its address: its version, when it started, and what it can do. */
public final class Facts {
    private static final String VERSION = "version";
    private static final String START_EPOCH = "start-epoch";
    private static final String SLOTS = "slots";
    private static final String MODELS = "models";
    /** Consul's own limit for one value is 512 bytes of UTF-8. */
    private static final int VALUE_BYTES_MAX = 500;

    private static final int VALUES_MAX = 32;

    private Facts() {}

    /** What every instance tells. */
    public static Map<String, String> ofProcess(String version, long startEpochSeconds) {
        return Map.of(VERSION, version, START_EPOCH, Long.toString(startEpochSeconds));
    }

    /**
     * What an instance tells that runs models: how many calls at once, and which models. A long list is told in parts,
     * {@code models}, {@code models-2} and so on; what does not fit in 32 parts is left out, and found by asking.
     */
    public static Map<String, String> ofModels(int slots, List<String> models) {
        Map<String, String> facts = new TreeMap<>();
        facts.put(SLOTS, Integer.toString(slots));
        StringBuilder part = new StringBuilder();
        int number = 1;
        for (String model : models) {
            if (model.contains(",") || bytes(model) > VALUE_BYTES_MAX) {
                continue;
            }
            if (!fits(part, model) && number < VALUES_MAX) {
                facts.put(name(number++), part.toString());
                part.setLength(0);
            }
            if (fits(part, model)) {
                part.append(part.isEmpty() ? "" : ",").append(model);
            }
        }
        facts.put(name(number), part.toString());
        return facts;
    }

    private static boolean fits(CharSequence part, String model) {
        return (part.isEmpty() ? 0 : bytes(part) + 1) + bytes(model) <= VALUE_BYTES_MAX;
    }

    private static int bytes(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static String name(int number) {
        return number == 1 ? MODELS : MODELS + "-" + number;
    }
}
