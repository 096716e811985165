package dev.millrace.classifier.intent;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * What a question's meaning says of its intent: a net with one hidden layer over its vector, added to the sums over its grams.
 * Immutable.
 *
 * <p>The resource, gzip: version (UTF), the share of the grams' sums (float), inputs, hidden units, classes (int), the id of each
 * class (UTF), then the {@link ByteLayer} of the hidden units and that of the classes.
 */
final class MeaningIntents {

    private static final String RESOURCE = "/classifier/intent-meaning-v3.bin.gz";

    private final String version;
    private final float gramShare;
    private final ByteLayer hidden;
    private final ByteLayer classes;

    private MeaningIntents(DataInputStream in, List<String> ids) throws IOException {
        version = in.readUTF();
        gramShare = in.readFloat();
        int inputs = in.readInt();
        int units = in.readInt();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            String id = in.readUTF();
            if (count != ids.size() || !id.equals(ids.get(i))) {
                throw new IOException("intents by meaning: class " + id + " is not that of the grams; train again");
            }
        }
        hidden = ByteLayer.read(in, inputs, units);
        classes = ByteLayer.read(in, units, count);
    }

    /** Reads the weights that ship with the service; their classes must be the given ones. */
    static MeaningIntents load(List<String> ids) {
        try (InputStream resource = MeaningIntents.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("missing resource " + RESOURCE);
            }
            return read(resource, ids);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    static MeaningIntents read(InputStream in, List<String> ids) throws IOException {
        return new MeaningIntents(
                new DataInputStream(new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16)), ids);
    }

    String version() {
        return version;
    }

    /** The sums of all classes for a vector, with those of the grams in their share. */
    double[] logits(float[] vector, double[] gramLogits) {
        float[] units = hidden.sums(vector);
        for (int i = 0; i < units.length; i++) {
            units[i] = Math.max(0, units[i]);
        }
        float[] sums = classes.sums(units);
        double[] logits = new double[sums.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = sums[i] + gramShare * gramLogits[i];
        }
        return logits;
    }
}
