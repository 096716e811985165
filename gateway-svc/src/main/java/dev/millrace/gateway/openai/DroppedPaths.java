package dev.millrace.gateway.openai;

import java.util.ArrayList;
import java.util.List;

/** The paths of what was left out of a request, as many and as long as a person reads. */
final class DroppedPaths {
    private static final int PATHS_MAX = 100;
    private static final int PATH_CHARS_MAX = 128;
    private static final String MORE = "...";

    private final List<String> paths = new ArrayList<>(0);

    /** Notes a path; beyond the bound only that there are more. */
    void add(String path) {
        if (paths.size() < PATHS_MAX) {
            paths.add(path.length() <= PATH_CHARS_MAX ? path : path.substring(0, PATH_CHARS_MAX) + MORE);
        } else if (paths.size() == PATHS_MAX) {
            paths.add(MORE);
        }
    }

    List<String> paths() {
        return List.copyOf(paths);
    }
}
