package dev.millrace.classifier;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One courtesy at the beginning of a plain text, with what sets it off:
 *
 * <pre>
 * opening  = (greeting [name] | wish | request) [emoticon] breaks
 * greeting = "hi", "heyyy", "howdy", "good morning", "dear all", …
 * wish     = ("I hope" | …) subject words "well" … set off
 * request  = "could you", "please", "quick question", …
 * </pre>
 *
 * <p>Only the words of the lists are taken, and each part is bounded, so that no question is read as a courtesy by its form
 * alone.
 */
final class Opening {

    /** Where a word ends. */
    private static final String END = "(?![\\p{L}\\p{Nd}'])";

    /** Emoji, with their joints and tones, and what is drawn with signs. */
    private static final String EMOTICON =
            "(?: ?(?:[:;=]['-]?[)(\\]dp3]++" + END + "|\\^_*\\^|<3|[\\p{So}\\x{1f3fb}-\\x{1f3ff}\\ufe0f\\u200d]++))";

    /** Stands behind a courtesy that says something else with other words behind it. */
    private static final String SET_OFF = "(?=[,.!?;:\\n]| -|" + EMOTICON + ")";

    private static final String GREETING = anyOf(
            "hi++(?:ya++)?+(?!-fi)(?: there| again)?+",
            "he++y++a?+(?: there| again)?+",
            "hello++(?: there| again)?+",
            "howdy(?: there)?+",
            "aloha",
            "ahoy",
            "g'?day",
            "greetings",
            "dear (?:all|assistant|sir or madam)",
            "salutations",
            "good (?:morning|afternoon|evening|day)",
            "hallo",
            "moin(?: moin)?+",
            "servus",
            "guten (?:tag|morgen|abend)",
            "bonjour",
            "bonsoir",
            "salut",
            "hola",
            "buen(?:os días|as tardes|as noches)",
            "ciao",
            "buon(?:giorno|asera)",
            "olá",
            "bo(?:m dia|a tarde|a noite)",
            "goeden?(?:dag|morgen|middag|avond)");

    /** Greetings only where nothing but a sign follows: "morning, …", "sup? …". */
    private static final String SHORT_GREETING = anyOf("what'?s ?up", "wassup", "sup", "morning", "hoi", "oi");

    /** Seldom set off, so that the word behind it is the question's: "yo listen, …". */
    private static final String NAMELESS_GREETING = "yo++(?!-)";

    /** Begins a question that a comma follows as one follows a name: "hi so, …". */
    private static final String NO_NAME =
            "(?!(?:what|who|whom|whose|when|where|why|how|which|so|well|ok|okay|yes|no|yeah|now|then|here"
                    + "|if|in|is|are|do|does|did|first|also|and|but|or|please|thanks|sorry|just|can|could|would|should|today)"
                    + END + ")";

    private static final String NAME = "\\p{L}{1,20}+(?:['-]\\p{L}{1,20}+)?+";
    private static final String TITLE = "(?:(?:mr|mrs|ms|dr|prof|professor)\\.? )?+";
    private static final String ADDRESSEE = "(?: " + NO_NAME + TITLE + NAME + "(?=[,!\\n]| -|" + EMOTICON + "))?+";
    private static final String WISH = "(?:(?:i|we) )?+(?:(?:really|just|do) )?+(?:hope|hoping|trust)(?: that)?+"
            + " (?:you|all|everyone|everything|things|it|this|your)(?:'(?:re|s|ve|ll))?+"
            + "(?: (?:all|guys|are|is|has|have|had|been|be|doing|going|keeping|feeling|having|staying|finds?|found|you|with|email|mail"
            + "|message|note|letter|a|an|the|very|really|so|off|in|to|day|week|weekend|morning|afternoon|evening|family|and|your|will)"
            + END + "){0,10}+"
            + " (?:well|fine|good|great|ok|okay|safe|healthy|wonderful|nice|lovely|fantastic|amazing|awesome|pleasant|best)"
            + "(?:(?<=finds? you well)" + END
            + "|(?: (?:so far|today|day|week|weekend|morning|afternoon|evening|one|time|start|health|holiday|there|with you"
            + "|and (?:healthy|safe|well)|to (?:the|your) (?:day|week))" + END + ")*+" + SET_OFF + ")";

    private static final String REQUEST = anyOf(
            "please",
            "kindly",
            "pl[sz]",
            "(?:can|could) you help me(?: with this)?+",
            "(?:can|could|would) you(?: please)?+",
            "i(?: would|'d) like you to",
            "i want you to",
            "i have a question",
            "quick question",
            "excuse me",
            "bitte");

    private static final Pattern PATTERN =
            Pattern.compile("(?:" + GREETING + END + ADDRESSEE + "|" + NAMELESS_GREETING + END + "|"
                    + SHORT_GREETING + SET_OFF + "|" + WISH + "|" + REQUEST + END
                    + ")(?:" + EMOTICON + "|[ \\n,!.:;?-])*+");

    private Opening() {}

    /** The index behind all courtesies at the beginning of a plain text. */
    static int endOfAll(String plain) {
        Matcher matcher = PATTERN.matcher(plain).useTransparentBounds(true);
        int end = 0;
        while (end < plain.length() && matcher.region(end, plain.length()).lookingAt() && matcher.end() > end) {
            end = matcher.end();
        }
        return end;
    }

    private static String anyOf(String... forms) {
        return "(?:" + String.join("|", forms) + ")";
    }
}
