package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import dev.millrace.classifier.sensitivity.MentionDetector.Sort;
import org.jspecify.annotations.Nullable;

/** Reads the phrases that mean something: markings, names of secrets, names of numbers. */
final class PhraseDetector {

    /** The name of an address's signature, which is one only behind the sign of a parameter. */
    private static final String SIGNATURE = "sig";

    private static final int LICENCE_GROUPS_MIN = 4;
    /** How far a user and a password may stand apart. */
    private static final int USER_REACH_CHARS = 60;
    /** How far a network and its key may stand apart. */
    private static final int NETWORK_REACH_CHARS = 100;

    private final PhraseTrie phrases = Vocabulary.load();

    int detect(Scan scan, int start) {
        PhraseTrie.@Nullable Match match = phrases.longest(scan.text, start);
        if (match == null) {
            return start;
        }
        int end = match.end();
        Phrase meaning = match.meaning();
        boolean cheap = meaning instanceof Phrase.Naming
                || meaning instanceof Phrase.Marking
                || meaning instanceof Phrase.TopicWord
                || meaning instanceof Phrase.PrintCommand;
        return cheap || scan.budget.takeValue(start) ? detect(scan, meaning, start, end) : end;
    }

    private static int detect(Scan scan, Phrase meaning, int start, int end) {
        return switch (meaning) {
            case Phrase.Marking marking -> mark(scan, marking, start, end);
            case Phrase.Naming naming -> name(scan, naming.topic(), end);
            case Phrase.PasswordName name -> password(scan, start, end);
            case Phrase.AppPasswordName name -> appPassword(scan, start, end);
            case Phrase.PassPhraseName name -> passPhrase(scan, start, end);
            case Phrase.PassName name -> pass(scan, start, end);
            case Phrase.BesideName name ->
                scan.isNamed(Topic.USER, start, USER_REACH_CHARS) ? AssignmentDetector.beside(scan, start, end) : end;
            case Phrase.ShortUser name -> shortUser(scan, end);
            case Phrase.ShortName name -> shortName(scan, start, end);
            case Phrase.PasswordLead lead -> AssignmentDetector.lead(scan, start, end);
            case Phrase.KeyName name -> key(scan, start, end);
            case Phrase.PrivateKeyName name -> privateKey(scan, start, end);
            case Phrase.SignerCall call -> KeyBodyDetector.argument(scan, end);
            case Phrase.KeySuffix suffix -> suffix(scan, start, end);
            case Phrase.PinName name -> pin(scan, start, end);
            case Phrase.AccessName name -> may(scan, start) ? CodeDetector.access(scan, start, end) : end;
            case Phrase.RecoveryName name -> may(scan, start) ? RecoveryDetector.codes(scan, end, 2) : end;
            case Phrase.LicenceName name -> licence(scan, start, end);
            case Phrase.CodeWord word -> may(scan, start) ? CodeDetector.code(scan, start, end) : end;
            case Phrase.SeedName name -> may(scan, start) ? RecoveryDetector.phrase(scan, end) : end;
            case Phrase.AnswerName name -> may(scan, start) ? CodeDetector.answer(scan, end) : end;
            case Phrase.TopicWord word ->
                scan.budget.takeTopic(start) ? MentionDetector.find(scan, Sort.TOPIC, start, end) : end;
            case Phrase.LoginWord word -> login(scan, end, start, end);
            case Phrase.MeansWord word -> may(scan, start) ? MentionDetector.find(scan, Sort.MEANS, start, end) : end;
            case Phrase.HeaderName name -> HeaderDetector.header(scan, start, end);
            case Phrase.LoginName name -> HeaderDetector.login(scan, end);
            case Phrase.LoginCall call -> login(scan, LoginPairDetector.call(scan, call.argument(), end), start, end);
            case Phrase.LoginCommand command -> command(scan, command, end);
            case Phrase.ArgumentCommand command -> LoginPairDetector.arguments(scan, start, end);
            case Phrase.PrintCommand command -> scan.budget.takeTopic(start) ? PipeDetector.printed(scan, end) : end;
            case Phrase.CookieName name -> HeaderDetector.cookie(scan, end);
            case Phrase.UserName name -> LoginPairDetector.user(scan, end);
            case Phrase.PairLead lead -> pair(scan, start, end);
            case Phrase.SecretWord word -> secret(scan, start, end);
            case Phrase.SchemeName name -> HeaderDetector.bearer(scan, end);
            case Phrase.BasicName name -> HeaderDetector.basic(scan, end);
            case Phrase.KeyMember member -> JsonKeyDetector.member(scan, member.topic(), start, end);
            case Phrase.KeyFile file -> keyFile(scan, end);
        };
    }

    /** Whether the sentences around a name at an index are looked through. */
    private static boolean may(Scan scan, int start) {
        return scan.budget.takeSentence(start);
    }

    private static int mark(Scan scan, Phrase.Marking marking, int start, int end) {
        if (Labels.isMarking(scan.text, marking.form(), start, end)) {
            scan.found(FindingKind.MARKING, marking.rule());
        }
        return end;
    }

    private static int secret(Scan scan, int start, int end) {
        if (Labels.isMarking(scan.text, Phrase.Form.HEADING, start, end)) {
            scan.found(FindingKind.MARKING, "secret");
        }
        return key(scan, start, end);
    }

    private static int password(Scan scan, int start, int end) {
        int value = AssignmentDetector.password(scan, start, end);
        if (value > end || !may(scan, start)) {
            return value;
        }
        TableDetector.column(scan, start, end);
        InsertDetector.column(scan, start, end);
        DeclarationDetector.member(scan, end, false);
        value = scan.text.isUnspaced(start) ? CodeDetector.access(scan, start, end) : end;
        return value > end ? value : MentionDetector.find(scan, Sort.PASSWORD, start, end);
    }

    private static int appPassword(Scan scan, int start, int end) {
        int value = password(scan, start, end);
        return value > end || !may(scan, start) ? value : CodeDetector.appPassword(scan, start, end);
    }

    private static int passPhrase(Scan scan, int start, int end) {
        int value = password(scan, start, end);
        return value > end || !may(scan, start) ? value : DeclarationDetector.phrase(scan, end);
    }

    private static int pass(Scan scan, int start, int end) {
        int value = AssignmentDetector.pass(scan, start, end);
        if (value > end || !may(scan, start)) {
            return value;
        }
        boolean beside = scan.isNamed(Topic.USER, start, USER_REACH_CHARS) || NamePlace.isOwned(scan.text, start);
        TableDetector.column(scan, start, end);
        InsertDetector.column(scan, start, end);
        DeclarationDetector.member(scan, end, false);
        return beside ? MentionDetector.find(scan, Sort.PASSWORD, start, end) : value;
    }

    private static int shortName(Scan scan, int start, int end) {
        int value = AssignmentDetector.shortName(scan, start, end);
        boolean small = !scan.text.isUpper(start + 1);
        return value > end || !small || !may(scan, start)
                ? value
                : MentionDetector.find(scan, Sort.PASSWORD, start, end);
    }

    private static int key(Scan scan, int start, int end) {
        boolean signature = end - start == SIGNATURE.length() && scan.text.matches(start, SIGNATURE);
        if (signature && "&?;".indexOf(scan.text.at(start - 1)) < 0) {
            return end;
        }
        int value = KeyAssignmentDetector.key(scan, start, end);
        if (value > end || !may(scan, start)) {
            return value;
        }
        DeclarationDetector.member(scan, end, true);
        return MentionDetector.find(scan, Sort.KEY, start, end);
    }

    private static int privateKey(Scan scan, int start, int end) {
        scan.name(Topic.PRIVATE_KEY, end);
        int value = key(scan, start, end);
        if (value == end && may(scan, start)) {
            KeyBodyDetector.before(scan, start);
        }
        return value;
    }

    /** The key of a wireless network is a password. */
    private static int suffix(Scan scan, int start, int end) {
        boolean network = scan.isNamed(Topic.WIFI, start, NETWORK_REACH_CHARS);
        if (network && MentionDetector.isProse(scan.text, start, end)) {
            return password(scan, start, end);
        }
        int value = KeyAssignmentDetector.suffix(scan, start, end);
        if (value == end && KeyAssignmentDetector.isSecretKey(scan.text, start) && may(scan, start)) {
            DeclarationDetector.member(scan, end, true);
        }
        return value;
    }

    private static int licence(Scan scan, int start, int end) {
        int value = KeyAssignmentDetector.key(scan, start, end);
        return value > end || !may(scan, start) ? value : RecoveryDetector.codes(scan, end, LICENCE_GROUPS_MIN);
    }

    private static int pin(Scan scan, int start, int end) {
        int value = PinDetector.pin(scan, start, end);
        return value > end || !may(scan, start) ? value : CodeDetector.pin(scan, start, end);
    }

    private static int login(Scan scan, int pair, int start, int end) {
        ScanText text = scan.text;
        int after = ValueStart.afterName(text, end);
        int open = ValueStart.afterSign(text, after);
        int value = pair == end && open > after && text.at(open) == '('
                ? LoginPairDetector.pairInBrackets(scan, open, end)
                : pair;
        return value > end || !may(scan, start) ? value : MentionDetector.find(scan, Sort.LOGIN, start, end);
    }

    /** The name of a login leads to a user and a password, or to what serves as both. */
    private static int pair(Scan scan, int start, int end) {
        int value = login(scan, LoginPairDetector.pair(scan, end), start, end);
        return value > end ? value : AssignmentDetector.shortName(scan, start, end);
    }

    private static int name(Scan scan, Topic topic, int end) {
        scan.name(topic, end);
        return end;
    }

    private static int shortUser(Scan scan, int end) {
        return NamePlace.leadsToUser(scan.text, end) ? name(scan, Topic.USER, end) : end;
    }

    private static int command(Scan scan, Phrase.LoginCommand command, int end) {
        scan.beginCommand(end, command.joined());
        return end;
    }

    private static int keyFile(Scan scan, int end) {
        scan.found(FindingKind.PRIVATE_KEY, "private_key_file");
        return end;
    }
}
