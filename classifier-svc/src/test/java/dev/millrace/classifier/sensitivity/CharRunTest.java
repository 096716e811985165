package dev.millrace.classifier.sensitivity;

import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CharRunTest {

    private static final String ALPHABET = "aaabBcdE12-_aaabBcdE12-_aaabBcdE12-_ ";
    private static final int CHARS_MAX = 96;

    @Test
    void countsCharactersAndTheirChanges() {
        CharRun run = read("see abC1-2xY9_z end", 4);

        assertThat(run.length()).isEqualTo(11);
        assertThat(run.letters()).isEqualTo(6);
        assertThat(run.capitals()).isEqualTo(2);
        assertThat(run.digits()).isEqualTo(3);
        assertThat(run.changes()).isEqualTo(3);
    }

    @Test
    void saysTheSameOfAPlaceWhateverWasAskedBefore() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        StringBuilder chars = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            chars.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        ScanText text = new ScanText(chars.toString());
        CharRun asked = new CharRun(text, CharTable.KEY, CHARS_MAX);
        for (int from = 0; from < text.length(); from = Math.max(0, from + random.nextInt(9) - 2)) {
            asked.read(from);
            CharRun fresh = read(chars.toString(), from);

            assertThat(asked.end()).as("seed %d, from %d", seed, from).isEqualTo(fresh.end());
            assertThat(asked.letters()).isEqualTo(fresh.letters());
            assertThat(asked.capitals()).isEqualTo(fresh.capitals());
            assertThat(asked.digits()).isEqualTo(fresh.digits());
            if (random.nextBoolean()) {
                assertThat(asked.changes()).as("seed %d, from %d", seed, from).isEqualTo(fresh.changes());
            }
        }
    }

    private static CharRun read(String text, int from) {
        CharRun run = new CharRun(new ScanText(text), CharTable.KEY, CHARS_MAX);
        run.read(from);
        return run;
    }
}
