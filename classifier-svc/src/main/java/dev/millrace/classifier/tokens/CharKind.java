package dev.millrace.classifier.tokens;

/** The kinds of characters that an encoding treats alike, each with the mean cost of a run. */
enum CharKind {
    /** Basic Latin letters: a common word is one token, a long one is split. */
    LETTER {
        @Override
        double tokens(int length, boolean afterWord) {
            return length <= 6 ? 1.02 : length <= 24 ? 1 + 0.095 * (length - 6) : length / 3.0;
        }
    },
    /** Digits: three a token. */
    DIGIT {
        @Override
        double tokens(int length, boolean afterWord) {
            return Math.ceil(length / 3.0);
        }
    },
    /** One blank belongs to the word behind it; more are a token of their own. */
    BLANK {
        @Override
        double tokens(int length, boolean afterWord) {
            return length == 1 ? 0.03 : 1 + length / 80.0;
        }
    },
    /** Line ends: a run is one token. */
    LINE_END {
        @Override
        double tokens(int length, boolean afterWord) {
            return 0.75 + length / 16.0;
        }
    },
    /** An apostrophe joins its word's ending. */
    APOSTROPHE {
        @Override
        double tokens(int length, boolean afterWord) {
            return afterWord ? 0.15 : 0.9;
        }
    },
    /** Signs: neighbours often share a token. */
    SIGN {
        @Override
        double tokens(int length, boolean afterWord) {
            return length == 1 ? 0.95 : 0.55 + 0.45 * length;
        }
    },
    /** Accented Latin letters, which split the words they are in. */
    ACCENTED {
        @Override
        double tokens(int length, boolean afterWord) {
            return 0.35 * length;
        }
    },
    /** Greek and Cyrillic. */
    CYRILLIC {
        @Override
        double tokens(int length, boolean afterWord) {
            return 0.6 + length * 0.17;
        }
    },
    /** Hebrew and Arabic. */
    ARABIC {
        @Override
        double tokens(int length, boolean afterWord) {
            return 0.5 + length * 0.24;
        }
    },
    /** Chinese characters and kana. */
    IDEOGRAPH {
        @Override
        double tokens(int length, boolean afterWord) {
            return 0.72 * length;
        }
    },
    /** Korean syllables. */
    HANGUL {
        @Override
        double tokens(int length, boolean afterWord) {
            return 0.2 + 0.6 * length;
        }
    },
    /** All other scripts and signs. */
    OTHER {
        @Override
        double tokens(int length, boolean afterWord) {
            return 0.8 * length;
        }
    };

    private static final CharKind[] ASCII = new CharKind[128];

    static {
        for (char c = 0; c < ASCII.length; c++) {
            ASCII[c] = basic(c);
        }
    }

    /** Returns the mean cost of a run of so many characters; a run may follow a word directly. */
    abstract double tokens(int length, boolean afterWord);

    /** Returns the kind of a character. */
    static CharKind of(char c) {
        return c < ASCII.length ? ASCII[c] : wide(c);
    }

    private static CharKind basic(char c) {
        if ((c | 32) >= 'a' && (c | 32) <= 'z') {
            return LETTER;
        }
        if (c >= '0' && c <= '9') {
            return DIGIT;
        }
        return switch (c) {
            case ' ', '\t' -> BLANK;
            case '\n', '\r' -> LINE_END;
            case '\'' -> APOSTROPHE;
            default -> SIGN;
        };
    }

    private static CharKind wide(char c) {
        if (c == '\u2019') {
            return APOSTROPHE;
        }
        if (c == '\u00a0') {
            return BLANK;
        }
        if (c >= '\u00c0' && c <= '\u024f') {
            return ACCENTED;
        }
        if (c >= '\u0370' && c <= '\u052f') {
            return CYRILLIC;
        }
        if (c >= '\u0590' && c <= '\u06ff') {
            return ARABIC;
        }
        if (c >= '\uac00' && c <= '\ud7a3') {
            return HANGUL;
        }
        boolean ideograph = (c >= '\u3000' && c <= '\u30ff')
                || (c >= '\u3400' && c <= '\u9fff')
                || (c >= '\uff00' && c <= '\uff60');
        return ideograph ? IDEOGRAPH : OTHER;
    }
}
