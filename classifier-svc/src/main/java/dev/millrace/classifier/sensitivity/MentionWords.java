package dev.millrace.classifier.sensitivity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** The words and signs that lead to a value in a sentence, in eight languages. */
final class MentionWords {

    private static final int WORD_CHARS_MAX = 14;
    /** Words behind which a value stands: "is", "to" of a change, and adverbs between. */
    private static final Set<String> LEADS = words("""
            is be was its s c'est are remains stays being equals becomes became still now currently to called reads
            ist lautet war bleibt wird noch jetzt nun aktuell momentan übrigens auf heißt
            es era será sigue ahora fue
            est était sera reste désormais maintenant
            è era sarà rimane ora adesso
            é era será continua agora
            blijft nu was naar wordt
            ficou fica virou quedó queda devient diventa diventata är blir jest este теперь это стал
            as como comme come als
            """);
    /** "Is" and "was", before or behind a value. */
    private static final Set<String> COPULAS =
            words("is was isn't be ist war wäre es era sea est était serait è era sarebbe é seria was zou");
    /** Words that join a user and a value. */
    private static final Set<String> JOINTS = words("with and und mit y con e et avec com en met & + / - | : = ->");
    /** Words that use a value. */
    private static final Set<String> USES = words("""
            use using with put type enter set try used took have chose
            nutze verwende nimm mit benutze setze gib
            usa uso con pon puse poner escribe puesto
            utilise avec mets mis tape saisis prends
            usa uso con metti messo digita inserisci come
            use usa com coloca coloquei digite pus
            gebruik met vul typ zet
            """);
    /** Verbs of somebody who tells what they use. */
    private static final Set<String> HABITS = words("""
            use used put typed entered tried nutze nutzte verwende benutze benutzt nehme uso pongo puse utilise utilisais mets mis metto
            usavo usei coloco gebruik gebruikte
            """);
    /** Words behind which the new value of a changed one stands. */
    private static final Set<String> CHANGES =
            words("to into from auf zu von a en por para em in de da desde naar van");
    /** Words behind which the name of a user stands. */
    private static final Set<String> USERS = words("""
            user username account id name email mail nick benutzer benutzername konto usuario cuenta utilisateur identifiant utente
            nome usuário conta gebruiker gebruikersnaam
            """);

    /** Prepositions, articles and names of things: a word with digits behind them is a thing, or somebody. */
    private static final Set<String> THINGS = words("""
            a an the for from of on in at by via into than like per about against between under over without and or with to not
            does do did using break breaks broke fix fixes support supports need needs why when how
            user users username login account id name named host hostname server machine device node app site system service domain
            realm group role team tenant project workspace repo repository branch file folder path table column field class method
            function variable parameter version release model page section chapter room ticket issue order
            für von vom auf bei am im in an aus mit zum zur der die das den dem des ein eine und oder benutzer nutzer konto kennung
            de del du des da do dos das di della dello dei pour sur dans à au aux en para por con com per sul nel van voor op het een
            el la los las le les lo il o os as um una uma un une y e et ou usuario usuário utente utilisateur gebruiker compte conta
            """);

    /** Articles, possessives and adjectives between a value and the name of its password. */
    private static final Set<String> JUDGMENTS = words("""
            a an the my our your his her their this that still really good bad strong weak secure safe decent great valid ok okay enough
            long new old only right correct wrong same not as for any no better
            ein eine einen einem das der die dem den mein meine meinem unser unsere ihr sein dein gutes gute guter starkes sicheres
            schlechtes schwaches sicher stark genug neue neues alte altes richtige als für noch kein
            un una el la los mi nuestra su tu buena mala segura débil fuerte nueva vieja como para
            le les mon ma mes notre votre son ton bon mauvais sûr fort faible nouveau nouvel ancien vieux comme pour
            lo il mio mia nostra tua buona sicura debole nuova vecchia come per
            o os as um uma meu minha nossa sua boa forte fraca nova velha senha segura
            een het de mijn ons onze goed goede sterk sterke zwak veilig veilige nieuwe oude
            """);
    /** What a password is for. */
    private static final Set<String> KINDS = words("""
            root admin administrator wifi wi fi wlan router network guest gast netzwerk db database datenbank server login account user
            mail email gmail bank banking master vpn nas ssh ftp sql mysql postgres app pc laptop windows system service sudo zip pdf
            default initial temporary temp current actual standard staging prod production test dev shared team company
            de del du di da do des van von vom für per para pour of to s
            """);
    /** Words that begin another thought. */
    private static final Set<String> TURNS = words("""
            and or but so because since if when where while which who that what how reset hash hashing i we you he she it they there forgot
            und oder aber weil wenn wo wie ich wir sie er es o y pero porque si donde e ma ed ou mais et mas je nous vous on ik wij maar en
            """);

    private static final int THOUGHT_WORDS_MAX = 6;
    private static final Set<String> NUMBER_CHANGES = words("to auf zu a para naar");
    private static final Set<String> DENIALS = words("not no isn't nicht kein keine no non pas não niet geen");
    private static final Set<String> COMPARISONS = words("like unlike than not wie als como comme come");

    private MentionWords() {}

    private static Set<String> words(String list) {
        return Set.of(list.strip()
                .lines()
                .flatMap(line -> Arrays.stream(line.strip().split("\\s+", -1)))
                .distinct()
                .toArray(String[]::new));
    }

    /**
     * Whether what stands before a value leads to it.
     *
     * @param word where the word before begins
     * @param wordEnd the index after it
     * @param login whether a user and its password are looked for
     */
    static boolean leads(ScanText text, int word, int wordEnd, int value, boolean login) {
        int sign = value - 1;
        while (sign >= wordEnd
                && (text.at(sign) == ' ' || ValueStart.isQuote(text.at(sign)) || text.at(sign) == '\n')) {
            sign--;
        }
        if (login
                && USERS.contains(word(text, word, Math.min(wordEnd, word + WORD_CHARS_MAX))
                        .replace(":", ""))) {
            return false;
        }
        if (sign >= wordEnd || (wordEnd == word + 1 && !text.isWord(word))) {
            char c = text.at(sign);
            return ":=".indexOf(c) >= 0 || (login && "/-|".indexOf(c) >= 0);
        }
        char last = text.at(wordEnd - 1);
        if (last == ':' || last == '=') {
            return true;
        }
        String before = word(text, word, wordEnd);
        return LEADS.contains(before) || before.endsWith("'s") || (login && JOINTS.contains(before));
    }

    /** Whether the word before a value, with nothing but a blank between, says that it is a thing. */
    static boolean isThing(ScanText text, int word, int wordEnd, int value) {
        return value - wordEnd <= 2
                && (wordEnd == word || THINGS.contains(word(text, word, wordEnd)) || text.at(wordEnd - 1) == '#');
    }

    /** Whether the word right before a value says that somebody uses it. */
    static boolean isHabit(ScanText text, int word, int wordEnd, int value) {
        return value - wordEnd <= 2 && HABITS.contains(word(text, word, wordEnd));
    }

    /** Whether the word before an index names a thing or leads to one. */
    static boolean isThingBefore(ScanText text, int index) {
        return THINGS.contains(wordBefore(text, index));
    }

    /** Whether a word is a form of "is". */
    static boolean isCopula(String word) {
        return COPULAS.contains(word);
    }

    /** Whether a word says of what stands before it what it is. */
    static boolean isLink(String word) {
        return COPULAS.contains(word) || JUDGMENTS.contains(word);
    }

    /** Whether a word says of what stands before it what it is not. */
    static boolean isDenial(String word) {
        return DENIALS.contains(word);
    }

    /** Whether the word before a value leads to what something is changed to. */
    static boolean changes(ScanText text, int word, int wordEnd) {
        return CHANGES.contains(word(text, word, wordEnd));
    }

    /** Whether the word before a number leads to what a code is changed to: "in" and "por" say where and when. */
    static boolean setsNumber(ScanText text, int word, int wordEnd) {
        return NUMBER_CHANGES.contains(word(text, word, wordEnd));
    }

    /** Whether a sign or a word before a value joins it to its user. */
    static boolean joins(ScanText text, int value) {
        int sign = value - 1;
        while (value - sign < 3 && text.at(sign) == ' ') {
            sign--;
        }
        if (ValueStart.isQuote(text.at(sign)) && text.isUnspaced(sign - 1)) {
            return true;
        }
        boolean signed = text.at(sign) == '/' || text.at(sign) == ':';
        boolean user = text.isWord(sign - 1) || text.at(sign - 1) == ' ';
        return signed ? user : JOINTS.contains(wordBefore(text, value));
    }

    /** Whether the word before a value uses it. */
    static boolean uses(ScanText text, int value) {
        return USES.contains(wordBefore(text, value));
    }

    /** Whether the word before a value compares something with it. */
    static boolean isComparison(ScanText text, int value) {
        return COMPARISONS.contains(wordBefore(text, value));
    }

    /** Whether "is" stands before a value and a judgment behind it, up to a password's name: {@code is x1 a good password}. */
    static boolean isAskedFor(ScanText text, int value, int valueEnd, int nameStart) {
        int next = afterQuote(text, valueEnd);
        return next > valueEnd
                && JUDGMENTS.contains(word(text, next, wordEnd(text, next)))
                && COPULAS.contains(wordBefore(text, value))
                && isFilled(text, next, nameStart);
    }

    /** Whether "is" and whose it is stand between a value and a password's name: {@code x1 is the password}. */
    static boolean isSaidOf(ScanText text, int value, int valueEnd, int nameStart) {
        int start = afterQuote(text, valueEnd);
        int end = wordEnd(text, start);
        return start > valueEnd
                && COPULAS.contains(word(text, start, end))
                && !isThingBefore(text, value)
                && isFilled(text, end, nameStart);
    }

    /** Whether nothing but articles, adjectives, possessives and what a password is for stand between two indexes. */
    private static boolean isFilled(ScanText text, int from, int to) {
        int i = from;
        while (i < to) {
            int end = wordEnd(text, i);
            String word = word(text, i, end);
            if (end > i && !JUDGMENTS.contains(word) && !KINDS.contains(word)) {
                return false;
            }
            i = Math.max(end, i + 1);
        }
        return true;
    }

    /** Whether a few words without a comma, another subject or a conjunction stand between two indexes. */
    static boolean isOneThought(ScanText text, int from, int to) {
        int words = 0;
        int i = from;
        while (i < to) {
            int end = wordEnd(text, i);
            words += end > i ? 1 : 0;
            if (words > THOUGHT_WORDS_MAX || text.at(i) == ',' || (end > i && TURNS.contains(word(text, i, end)))) {
                return false;
            }
            i = Math.max(end, i + 1);
        }
        return true;
    }

    private static int afterQuote(ScanText text, int valueEnd) {
        int quote = ValueStart.isQuote(text.at(valueEnd)) ? valueEnd + 1 : valueEnd;
        return text.at(quote) == ' ' ? text.skipBlanks(quote) : valueEnd;
    }

    private static int wordEnd(ScanText text, int start) {
        int end = start;
        while (end - start <= WORD_CHARS_MAX && text.isLetter(end)) {
            end++;
        }
        return end;
    }

    /** Whether "as" in one of several languages stands at an index. */
    static boolean isRole(ScanText text, int index) {
        int quote = text.skipBlanks(index);
        int start = ValueStart.isQuote(text.at(quote)) ? text.skipBlanks(quote + 1) : quote;
        int end = start;
        while (end - start < WORD_CHARS_MAX && text.isLetter(end)) {
            end++;
        }
        String word = word(text, start, end);
        return word.equals("as")
                || word.equals("als")
                || word.startsWith("com")
                || word.equals("para")
                || word.equals("for");
    }

    /** The letters before an index in small ones, with blanks and quotes between; empty where there are none or too many. */
    static String wordBefore(ScanText text, int value) {
        int end = value;
        while (value - end < 3 && (text.at(end - 1) == ' ' || ValueStart.isQuote(text.at(end - 1)))) {
            end--;
        }
        int start = end;
        while (end - start < WORD_CHARS_MAX && text.isLetter(start - 1)) {
            start--;
        }
        return word(text, start, end);
    }

    private static String word(ScanText text, int start, int end) {
        return end - start > WORD_CHARS_MAX ? "" : text.slice(start, end).toLowerCase(Locale.ROOT);
    }
}
