package dev.millrace.classifier.score;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Reads the weights of the router and refuses what does not belong together.
 *
 * <p>A text file of lines {@code key value…}. {@code lexicon} is the SHA-256 of the lexicon that the weights were
 * trained with, {@code features} the names in order, the last line {@code sha256} covers everything before it.
 */
final class RouterHeadFile {

    private final Map<String, String> entries = new HashMap<>();

    private RouterHeadFile(String text) {
        int last = text.lastIndexOf("sha256 ");
        if (last < 0
                || !sha256(text.substring(0, last))
                        .equals(text.substring(last + 7).trim())) {
            throw new IllegalArgumentException("router head: the checksum of the last line does not fit the content");
        }
        text.substring(0, last).lines().forEach(this::add);
    }

    /** Reads the head that ships with the service. */
    static RouterHead load() {
        return parse(resource(RouterHead.RESOURCE));
    }

    /** Reads a head from its text. */
    static RouterHead parse(String text) {
        return new RouterHeadFile(text).head();
    }

    private RouterHead head() {
        expect("lexicon", sha256(resource(Lexicon.RESOURCE)));
        expect("features", featureNames());
        int count = Integer.parseInt(entry("members"));
        List<Net> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(member("member-" + i + "-"));
        }
        return new RouterHead(
                entry("name"),
                Double.parseDouble(entry("length-weight")),
                new FeatureScale(floats("mean"), floats("spread")),
                members,
                new QuantileMap(doubles("knot-raws"), doubles("knot-scores")));
    }

    private Net member(String prefix) {
        return new Net(
                floats(prefix + "hidden-weights"),
                floats(prefix + "hidden-bias"),
                floats(prefix + "output-weights"),
                floats(prefix + "output-bias"));
    }

    private void add(String line) {
        int blank = line.indexOf(' ');
        entries.put(line.substring(0, blank), line.substring(blank + 1));
    }

    private String entry(String key) {
        String value = entries.get(key);
        if (value == null) {
            throw new IllegalArgumentException("router head: no entry " + key);
        }
        return value;
    }

    private void expect(String key, String expected) {
        if (!entry(key).equals(expected)) {
            throw new IllegalArgumentException(
                    "router head: " + key + " " + entry(key) + " (expected: " + expected + "); train again");
        }
    }

    private double[] doubles(String key) {
        String[] parts = entry(key).split(" ", -1);
        double[] values = new double[parts.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Double.parseDouble(parts[i]);
        }
        return values;
    }

    private float[] floats(String key) {
        double[] wide = doubles(key);
        float[] values = new float[wide.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) wide[i];
        }
        return values;
    }

    private static String featureNames() {
        StringBuilder names = new StringBuilder();
        for (Feature feature : Feature.values()) {
            names.append(names.isEmpty() ? "" : ",").append(feature.signal());
        }
        return names.toString();
    }

    private static String resource(String name) {
        try (InputStream in = RouterHeadFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
