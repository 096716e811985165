package dev.millrace.classifier.language;

/** Counts letters by script; mutable, used by one thread. */
final class ScriptCounts {

    private int latin;
    private int han;
    private int kana;
    private int hangul;
    private int cyrillic;
    private int ukrainian;
    private int arabic;
    private int persian;
    private int greek;
    private int hebrew;
    private int thai;
    private int devanagari;

    /** Counts one lower-case letter. */
    void add(char c) {
        if (c < 128) {
            latin++;
            return;
        }
        switch (Character.UnicodeScript.of(c)) {
            case LATIN -> latin++;
            case HAN -> han++;
            case HIRAGANA, KATAKANA -> kana++;
            case HANGUL -> hangul++;
            case CYRILLIC -> {
                cyrillic++;
                ukrainian += "іїєґ".indexOf(c) >= 0 ? 1 : 0;
            }
            case ARABIC -> {
                arabic++;
                persian += "پچژگ".indexOf(c) >= 0 ? 1 : 0;
            }
            case GREEK -> greek++;
            case HEBREW -> hebrew++;
            case THAI -> thai++;
            case DEVANAGARI -> devanagari++;
            default -> {
                // digits, signs and scripts that are not told apart
            }
        }
    }

    /** Whether letters of the Latin script prevail; an ideograph weighs more, because it stands for a word. */
    boolean isLatin() {
        return latin > 0 && latin >= 3 * (han + kana) && latin >= 2 * (hangul + cyrillic + arabic + others());
    }

    /** The language that the script alone names; empty where it names none. */
    String language() {
        if (isJapanese()) {
            return "ja";
        }
        int largest = Math.max(Math.max(han, hangul), Math.max(Math.max(cyrillic, arabic), others()));
        if (largest == 0) {
            return "";
        }
        if (largest == han) {
            return "zh";
        }
        if (largest == hangul) {
            return "ko";
        }
        if (largest == cyrillic) {
            return ukrainian > 0 ? "uk" : "ru";
        }
        return largest == arabic ? (persian > 0 ? "fa" : "ar") : other(largest);
    }

    /** The language of the letters among them that write a word in few signs; empty without one. */
    String eastAsian() {
        if (isJapanese()) {
            return "ja";
        }
        int largest = Math.max(han, hangul);
        return largest == 0 ? "" : largest == han ? "zh" : "ko";
    }

    private boolean isJapanese() {
        return kana > 0 && kana * 4 >= han;
    }

    private String other(int largest) {
        if (largest == greek) {
            return "el";
        }
        if (largest == hebrew) {
            return "he";
        }
        return largest == thai ? "th" : "hi";
    }

    private int others() {
        return Math.max(Math.max(greek, hebrew), Math.max(thai, devanagari));
    }
}
