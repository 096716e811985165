package dev.millrace.mesh.process;

import dev.millrace.mesh.ProjectFile;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The oldest version of each program that a mesh takes from the PATH, as {@code deploy/mesh/install} reads them as well. */
final class LeastVersions {
    private static final String FILE = "components/at-least.txt";
    private static final long ANSWERS_WITHIN_SECONDS = 10;
    private static final Pattern VERSION = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+");

    private LeastVersions() {}

    /** Whether a program says of itself that it is older; one that does not tell its version is taken, as {@code install} does. */
    static boolean isTooOld(String name, Path program) {
        Version least = Objects.requireNonNull(Listed.ALL.get(name), name);
        return told(program).map(version -> version.compareTo(least) < 0).orElse(false);
    }

    /** The first number of the form 1.2.3 in what it says. */
    private static Optional<Version> told(Path program) {
        try {
            Process asked = new ProcessBuilder(program.toString(), "--version")
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            Thread.ofVirtual().start(() -> endLate(asked));
            Matcher words = VERSION.matcher(new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            return words.find() ? Optional.of(Version.parse(words.group())) : Optional.empty();
        } catch (IOException doesNotRun) {
            return Optional.empty();
        }
    }

    private static void endLate(Process asked) {
        try {
            if (!asked.waitFor(ANSWERS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                asked.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Read when the first is asked for: most machines have each program in one place only. */
    private static final class Listed {
        private static final Map<String, Version> ALL = new String(ProjectFile.bytes(FILE), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" ", 2))
                .collect(Collectors.toMap(line -> line[0], line -> Version.parse(line[1])));
    }
}
