package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import org.jspecify.annotations.Nullable;

/** Reads the phrases that mean something: markings, names of secrets, names of numbers. */
final class PhraseDetector implements Detector {

    private final PhraseTrie phrases = Vocabulary.load();

    @Override
    public int detect(Scan scan, int start) {
        PhraseTrie.@Nullable Match match = phrases.longest(scan.text, start);
        if (match == null) {
            return start;
        }
        int end = match.end();
        return switch (match.meaning()) {
            case Phrase.Marking marking -> mark(scan, marking, start, end);
            case Phrase.Naming naming -> name(scan, naming.topic(), end);
            case Phrase.PasswordName name -> AssignmentDetector.password(scan, start, end);
            case Phrase.PassName name -> AssignmentDetector.pass(scan, start, end);
            case Phrase.ShortName name -> AssignmentDetector.shortName(scan, start, end);
            case Phrase.PasswordLead lead ->
                ValueStart.isQuote(scan.text.at(end + 1)) ? AssignmentDetector.password(scan, start, end) : end;
            case Phrase.KeyName name -> AssignmentDetector.key(scan, start, end);
            case Phrase.KeySuffix suffix -> AssignmentDetector.suffix(scan, start, end);
            case Phrase.PinName name -> PinDetector.pin(scan, start, end);
            case Phrase.HeaderName name -> HeaderDetector.header(scan, start, end);
            case Phrase.LoginName name -> HeaderDetector.login(scan, end);
            case Phrase.LoginCall call -> LoginPairDetector.call(scan, call.argument(), end);
            case Phrase.LoginCommand command -> command(scan, command, end);
            case Phrase.ArgumentCommand command -> LoginPairDetector.arguments(scan, start, end);
            case Phrase.CookieName name -> HeaderDetector.cookie(scan, end);
            case Phrase.UserName name -> LoginPairDetector.user(scan, end);
            case Phrase.PairLead lead -> LoginPairDetector.pair(scan, end);
            case Phrase.SecretWord word -> secret(scan, start, end);
            case Phrase.SchemeName name -> HeaderDetector.bearer(scan, end);
            case Phrase.BasicName name -> HeaderDetector.basic(scan, end);
            case Phrase.KeyMember member -> JsonKeyDetector.member(scan, member.topic(), start, end);
            case Phrase.KeyFile file -> keyFile(scan, end);
        };
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
        return AssignmentDetector.key(scan, start, end);
    }

    private static int name(Scan scan, Topic topic, int end) {
        scan.name(topic, end);
        return end;
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
