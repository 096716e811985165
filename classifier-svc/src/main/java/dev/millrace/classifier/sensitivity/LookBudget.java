package dev.millrace.classifier.sensitivity;

/**
 * How many names of secrets a scan looks around, so that its time depends on a text's length and not on what is in it.
 *
 * <p>Reading a name's value costs as much as reading some dozens of characters, and looking for it in the sentences around
 * some hundreds. Where a text names a secret once in two hundred characters each of its names is looked at; one that is
 * nothing but names is looked at in as many places as its length allows. The check sum of a wallet's key costs as much as a
 * value. Before an index that is, at most:
 *
 * <pre>
 *   values     64 + min(index / 44,  4096 + index / 160), and as many sums
 *   sentences  24 + min(index / 200, 1024 + index / 500)
 * </pre>
 */
final class LookBudget {

    private static final Rate VALUES = new Rate(64, 44, 4_096, 160);
    private static final Rate SENTENCES = new Rate(24, 200, 1_024, 500);

    private int values;
    private int sentences;
    private int topics;
    private int sums;

    /** Whether the value of a name at an index is read. */
    boolean takeValue(int index) {
        boolean may = values < VALUES.most(index);
        values += may ? 1 : 0;
        return may;
    }

    /** Whether the sentences around a name at an index are looked through. */
    boolean takeSentence(int index) {
        boolean may = sentences < SENTENCES.most(index);
        sentences += may ? 1 : 0;
        return may;
    }

    /** Whether the check sum of what begins at an index is computed. */
    boolean takeSum(int index) {
        boolean may = sums < VALUES.most(index);
        sums += may ? 1 : 0;
        return may;
    }

    /** Whether the sentences around an everyday word at an index are looked through: such words take no look from names of secrets. */
    boolean takeTopic(int index) {
        boolean may = topics < SENTENCES.most(index);
        topics += may ? 1 : 0;
        return may;
    }

    /**
     * How many looks a text of a length has.
     *
     * @param free so many in any text
     * @param chars one more for each of so many characters of its first pages
     * @param dense how many those are at most
     * @param laterChars one more for each of so many characters of all of it
     */
    private record Rate(int free, int chars, int dense, int laterChars) {

        int most(int index) {
            return free + Math.min(index / chars, dense + index / laterChars);
        }
    }
}
