package dev.millrace.mesh;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file that lies in this project's {@code deploy/mesh}, for any runner of a mesh; the program carries the same one. */
public final class ProjectFile {
    /** What a runner fills in, such as {@code @LIST@}; each stands in double quotes. */
    private static final Pattern PLACE = Pattern.compile("@([A-Z]+)@");

    private ProjectFile() {}

    public static byte[] bytes(String name) {
        try (InputStream content = ProjectFile.class.getResourceAsStream(name)) {
            if (content == null) {
                throw new IllegalStateException("the program lacks its own file " + name);
            }
            return content.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Its text without comments at the beginning of a line, which name the places, with each place filled in. */
    public static String filled(String name, Map<String, String> places) {
        String text = new String(bytes(name), StandardCharsets.UTF_8).replaceAll("(?m)^#.*\n", "");
        return PLACE.matcher(text).replaceAll(place -> {
            String value = places.get(place.group(1));
            if (value == null) {
                throw new IllegalArgumentException(name + ": nothing is given for " + place.group());
            }
            return Matcher.quoteReplacement(quoted(value));
        });
    }

    /** As HCL and JSON read it between double quotes; a dollar would begin an expression in the first. */
    private static String quoted(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "\\u0024");
    }
}
