package dev.millrace.classifier.sensitivity;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A text made to be slow to scan, of any length.
 *
 * @param name what it is, for reports
 * @param piece what is repeated
 */
record SlowText(String name, String piece) {

    /** Cards, accounts, telephone and identity numbers, and what begins like them. */
    private static final String NUMBERS = """
            1¦0¦1 ¦12 ¦12-34 ¦123 ¦1234 ¦4111 1111 ¦4111-¦411111111111111 ¦4111111111111111 ¦\
            999999999999999 ¦123456789 ¦12345678 ¦1.¦1/2¦+1 ¦+¦(030) ¦DE89 ¦GB12 ¦\
            DE89 3704 0044 0532 0130 01 ¦MT84 MALT 0110 0001 2345 MTLC AST0 01¦X1234567¦AB12 34 56 ¦\
            RSSMRA85T10A562S¦passport ¦ssn 123-45-678 ¦1-2-¦card 4111 1111 ¦card 1 1 1 1 ¦\
            0171 4111 ¦DE89\n¦12345678901234567 ¦12345619900101123\s""";

    /** Numbers in parts and in words, and what joins them. */
    private static final String PARTS = """
            1,¦1, ¦1;¦1|¦1\n¦1\n- ¦4111\n¦4111, ¦"4111",¦"4111" ¦4111<b>¦<b>4111</b>¦<b>1</b>¦<b>¦<b ¦</b>¦4111======¦\
            1=====¦4111+¦a=4111&¦a1=4111&¦p1: 4111\n¦1. 4111\n¦a: 4111\n¦a: 1\n¦\n1. ¦\na: ¦4111 1111\n¦[4,1,1,1] ¦\
            DE89=====¦DE89<b>¦D E 8 9 ¦D E ¦DE=====¦DE 8 ¦DE-8-¦aaaDE89¦IBANDE89¦IBANDE89 ¦a.b.¦DE89\nDE 8\n¦\
            four ¦four one ¦double ¦double four ¦four-¦fo¦tres¦DE four ¦four five six seven eight nine one two\s""";

    /** One or two characters, scripts without blanks, invisible signs and escapes. */
    private static final String CHARACTERS = """
            -¦A¦a¦aA¦Aa¦A ¦a_¦社¦机¦机密¦パスワード¦é¦É¦ÄÖ¦\u0665¦\uff11¦\u200b¦\u00ad1¦\ud835\udfd8¦\\u0031¦\
            \\u004¦\\¦\\n¦"¦'¦{¦x_¦ ¦\t¦\n¦%¦%2¦%25¦%20¦%41¦%E2¦%E2%80¦&¦&a¦&amp;¦&amp¦&nbsp;¦&#3¦&#32;¦&#x2¦<¦<!¦\
            <![CDATA[¦]¦]]>¦"" ¦""a¦"a"+¦"a" + ¦"+"¦"a"\n ¦' '¦\u0430¦\u0430\u0430a¦\u0434¦p\u0430¦\u0412\u0415¦\u0412\u041568¦\u0412\u041568 5390\s""";

    /** Keys by their issuers' beginnings, and the armour of keys. */
    private static final String KEYS = """
            -----BEGIN ¦-----BEGIN PRIVATE KE¦sk-¦sk-a1¦sk_live_¦AKIA¦eyJ-¦eyJ.¦ey¦eyJ¦\
            eyJhbGciOi.eyJ¦"kty":"¦"d":"aaaaaaaaaaaaaaaaaaaaaaaa",¦LS0tLS1CRUdJTi¦LS0t ¦N¦Ma.¦nsec1¦xprv¦Kw¦L1 ¦5K ¦5Ka¦cN1 ¦\
            KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWm ¦AGE-SECRET-KEY-1a¦private key nsec1¦private key ¦private key a ¦ghp_ ¦ghp_ a1 ¦SG. ¦AKIA ¦ghp_ aB1c dE2f ¦key- a1 ¦dop_v1_ ¦private key 0x¦from_key(¦from_key("0x¦\
            0x0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef is the private key ¦\
            M0a1B2c3D4e5F6g7H8i9J0k.¦pata1bcdefghijklm.¦rsakeyvalue <D>¦<D>¦<d>a¦\
            ("-----BEGIN PRIVATE KEY¦("-----BEGIN PRIVATE KEY-----"¦AKIAEXAMPLE ¦1//¦\
            sk-sk-sk-sk-sk-1-¦- - ¦- ¦begin ¦begin private key ¦begin private key-----\nMII¦begin a private ¦MIIB¦MI¦\
            MIIEvQIBADANBgkqhkiG ¦b3Bl¦b3BlbnNzaC1rZXktdjEA\s""";

    /** Addresses of mail and of pages, and logins with a slash or colons. */
    private static final String ADDRESSES = """
            @¦a@¦a.b@c.d ¦a@b.¦://a:¦://¦:¦root:a1¦oracle:thin:¦oracle:thin:a/¦root / a¦admin / a1B¦\
            /u:a¦/p:¦ /u:a /p:a1¦:$¦:$6$a¦:$6$a$¦:5432:¦:5432:a:b:¦wifi:¦wifi:a;¦a@b.co:¦\
            a@b.co/aaaa1¦a@b.co ¦root/¦root/a1!¦root/aaaaaaaaaaaaaaaa""";

    /** Names of passwords, with a value and without. */
    private static final String PASSWORDS = """
            password: ¦password¦pw=¦pw="¦pw:(¦password aB1cD2eF3g¦pw=a(1!¦pw=/1¦pw:/1¦pw=sha1¦\
            pw=yourA1¦password:\n1a2b3c ¦ENV_PW ¦a-pw ¦pw:a-b\n¦ppassword¦apasswort ¦pw:\"""¦\
            pw a1B!c"¦passphrase ¦passphrase 'a b ¦pw == "¦密码¦密码 1¦clave ¦pwA¦pw_prod¦pw -> ¦pw("¦\
            pass(¦pass("a1¦kennwort¦pw<b>¦pw</b>¦pw</b><b>¦pw: <b>¦pw: <b>a1</b> ¦pw: |\n¦pw:\\\n¦pa$$word ¦apw=¦apass:¦aaaapass=""";

    /** Names of keys and tokens. */
    private static final String TOKENS = """
            token=¦token=a1b2¦secret¦key key ¦api ¦secret secret¦@token=¦token=1¦token=a1!b@¦\
            secret=a=¦A_KEY=¦A_KEY="base64:¦token (a1¦wifi key ¦secret='a-b-¦token_a¦token_a_a_a¦\
            tokenAaaaAaaa¦token1.a¦keyA=¦a_key¦a_key=¦masterKey¦masterKey=¦masterKey ¦\
            token: aaaaaaaaaaaaaaaaaaaaaaaa¦token: Aa[¦token -> ¦token("¦token:\n¦sig¦&sig=""";

    /** Headers, commands and calls that carry a login. */
    private static final String LOGINS = """
            Authorization: Bearer ¦bearer ¦bearer\t¦basic YWRtaW46cGFzc3dvcmQ ¦curl -u a:¦-u ¦\
            login(¦login("a",¦mysqli("a¦mysqli(a,¦getConnection(a,"¦mysql ¦mysql -p¦mysql -pa1 ¦\
            -u a -p ¦-u a -pa1¦ -u a¦ -A a1¦net user ¦net use a1B!¦net use\n¦htpasswd a ¦login: a¦\
            creds a/¦creds a/1¦login:a/1¦creds:a/1¦cookie:a=b;¦user/pass ¦cookie: a=¦cookie:¦\
            cookie: aaaaaaaaaaaaaaaa=a1¦authorization: ¦authorization: a ¦proxy-authorization:a1¦\
            bearer a b ¦auth=(¦auth=("a",¦auth: YWRtaW46cGFzc3dvcmQ ¦login a/b1 ¦log in ¦x log in¦\
            mit a log in ¦convertto securestring -a ¦mysql -U a%¦登录 a/b1 ¦user pass ¦p:¦user p:¦\
            user p=a1¦creds a ¦creds a b1!¦-Da¦-Dpw""";

    /** What people write around a secret, and markings. */
    private static final String SENTENCES = """
            password is a¦confidential ¦CONFIDENTIAL¦pw for ¦password of a b c d ¦account ¦\
            account is Aa1!b ¦zip, a1!b2c ¦gate code is 1-2-3-¦passwort war Ab12¦\
            // internal use only ¦[secret] ¦pin is 1¦PIN:12 ¦PIN of a b c ¦a as pw ¦a1B as my pw¦\
            as pw¦as pw ¦pw a b c d ¦token a b c d ¦my key (¦pw to a ¦pw is still ¦\
            the pw, as a b c d e ¦pw a pw b1 ¦code ¦code 1¦code a 12 ¦door code a b ¦pin a b c ¦\
            pin is¦backup code ¦backup code a-1 ¦licence key abcd-¦seed ¦seed abcd ¦\
            security answer ¦security question a b ¦my pass ¦is a1b2c3 pw ¦die PIN 1¦\
            password reset to ¦unlock with ¦app password ¦app password: abcd ¦\
            app password: ohcg tqdq pnia wrhr x ¦-us1¦0123456789abcdef0123456789abcdef-us1-¦aaaa-us1""";

    /** Tables, lists, members and arguments. */
    private static final String TABLES = """
            (pass,¦(id, password) values ('a', ¦| pw |a1b| ¦("pw","¦("token","a1¦pw|\n¦pw,a\n¦\
            a,pw\nb,c\n¦a  pw\nb  c\n¦pw {¦pw\n¦pw\nvalue ¦"pw" { default = ¦token:\n - ¦\
            name="token" value="¦token,¦token\n¦key\nvalue:¦echo ¦echo a1b2c3 | ¦echo 'a1b2c3' |¦\
            | token |\s""";

    /** Stands between two pieces, as no text has it. */
    private static final String BETWEEN = "¦";

    /** Every text that is measured: pieces repeated, and longer ones of kinds that occur. */
    static List<SlowText> all() {
        List<SlowText> all = new ArrayList<>();
        for (String subject :
                List.of(NUMBERS, PARTS, CHARACTERS, KEYS, ADDRESSES, PASSWORDS, TOKENS, LOGINS, SENTENCES, TABLES)) {
            for (String piece : subject.split(BETWEEN, -1)) {
                all.add(new SlowText(shown(piece), piece));
            }
        }
        all.add(new SlowText(
                "random base64", random("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")));
        all.add(new SlowText("random capitals and digits", random("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")));
        all.add(new SlowText("random digits and blanks", random("0123456789 -")));
        all.add(new SlowText("random ideographs", random("机密码的一是不了人我在有他这为之大来以个中上们")));
        all.add(new SlowText("random everything", random("aZ09 -_.:/@=\"'\\{}()\n机é\u0665\uff11")));
        all.add(new SlowText("prose", "The quick brown fox jumps over 12 lazy dogs, and nobody asks what it wants. "));
        all.add(new SlowText(
                "program", "for (int i = 0; i < rows.size(); i++) { total += rows.get(i).price() * 1.19; }\n"));
        all.add(new SlowText(
                "json",
                "{\"id\": 84213, \"name\": \"Ada\", \"price\": 12.50, \"token_count\": 4411, \"ok\": true},\n"));
        return all;
    }

    /** The piece over and over, cut at a length. */
    String ofLength(int chars) {
        return piece.repeat(chars / piece.length() + 1).substring(0, chars);
    }

    private static String shown(String piece) {
        String cut = piece.substring(0, Math.min(piece.length(), 18));
        return cut.replace("\n", "<line end>").replace("\t", "<tab>") + " ...";
    }

    private static String random(String alphabet) {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1 << 16; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
