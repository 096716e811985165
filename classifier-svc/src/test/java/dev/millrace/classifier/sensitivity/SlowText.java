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

    private static final List<String> PIECES = List.of(
            "1",
            "0",
            "1 ",
            "12 ",
            "12-34 ",
            "123 ",
            "1234 ",
            "4111 1111 ",
            "4111-",
            "411111111111111 ",
            "4111111111111111 ",
            "9".repeat(15) + " ",
            "123456789 ",
            "12345678 ",
            "1.",
            "1/2",
            "+1 ",
            "+",
            "(030) ",
            "@",
            "a@",
            "a.b@c.d ",
            "a@b.",
            "-",
            "-----BEGIN ",
            "-----BEGIN PRIVATE KE",
            "A",
            "a",
            "aA",
            "Aa",
            "A ",
            "a_",
            "DE89 ",
            "GB12 ",
            "DE89 3704 0044 0532 0130 01 ",
            "MT84 MALT 0110 0001 2345 MTLC AST0 01",
            "sk-",
            "sk-a1",
            "sk_live_",
            "AKIA",
            "eyJ-",
            "eyJ.",
            "ey",
            "eyJ",
            "eyJhbGciOi.eyJ",
            "://a:",
            "://",
            ":",
            "password: ",
            "password is a",
            "password",
            "pw=",
            "pw=\"",
            "token=",
            "token=a1b2",
            "secret",
            "key key ",
            "api ",
            "Authorization: Bearer ",
            "bearer ",
            "bearer\t",
            "confidential ",
            "CONFIDENTIAL",
            "secret secret",
            "社",
            "机",
            "机密",
            "パスワード",
            "é",
            "É",
            "ÄÖ",
            "\u0665",
            "\uff11",
            "\u200b",
            "\u00ad1",
            "\ud835\udfd8",
            "\\u0031",
            "\\u004",
            "\\",
            "\\n",
            "\"",
            "'",
            "{",
            "x_",
            " ",
            "\t",
            "\n",
            "X1234567",
            "AB12 34 56 ",
            "RSSMRA85T10A562S",
            "passport ",
            "ssn 123-45-678 ",
            "pw for ",
            "password of a b c d ",
            "pw:(",
            "pw=a(1!",
            "pw=/1",
            "pw:/1",
            "pw=sha1",
            "pw=yourA1",
            "| pw |a1b| ",
            "password:\n1a2b3c ",
            "@token=",
            "token=1",
            "token=a1!b@",
            "secret=a=",
            "\"kty\":\"",
            "\"d\":\"aaaaaaaaaaaaaaaaaaaaaaaa\",",
            "basic YWRtaW46cGFzc3dvcmQ ",
            "curl -u a:",
            "-u ",
            "card 4111 1111 ",
            "card 1 1 1 1 ",
            "0171 4111 ",
            "ENV_PW ",
            "a-pw ",
            "pw:a-b\n",
            "// internal use only ",
            "[secret] ",
            "DE89\n",
            "login(",
            "login(\"a\",",
            "mysqli(\"a",
            "mysqli(a,",
            "getConnection(a,\"",
            "mysql ",
            "mysql -p",
            "mysql -pa1 ",
            "-u a -p ",
            "-u a -pa1",
            " -u a",
            " -A a1",
            "net user ",
            "net use a1B!",
            "net use\n",
            "htpasswd a ",
            "login: a",
            "creds a/",
            "creds a/1",
            "login:a/1",
            "creds:a/1",
            "cookie:a=b;",
            "user/pass ",
            "cookie: a=",
            "cookie:",
            "cookie: aaaaaaaaaaaaaaaa=a1",
            "authorization: ",
            "authorization: a ",
            "proxy-authorization:a1",
            "A_KEY=",
            "A_KEY=\"base64:",
            "pin is 1",
            "PIN:12 ",
            "PIN of a b c ",
            "a as pw ",
            "a1B as my pw",
            "as pw",
            "as pw ",
            "pw a b c d ",
            "token a b c d ",
            "bearer a b ",
            "oracle:thin:",
            "oracle:thin:a/",
            "LS0tLS1CRUdJTi",
            "LS0t ",
            "N",
            "Ma.",
            "M0a1B2c3D4e5F6g7H8i9J0k.",
            "pata1bcdefghijklm.",
            "rsakeyvalue <D>",
            "<D>",
            "<d>a",
            "auth=(",
            "auth=(\"a\",",
            "auth: YWRtaW46cGFzc3dvcmQ ",
            "(\"-----BEGIN PRIVATE KEY",
            "(\"-----BEGIN PRIVATE KEY-----\"",
            "root / a",
            "admin / a1B",
            "ppassword",
            "apasswort ",
            "/u:a",
            "/p:",
            " /u:a /p:a1",
            "pw:\"\"\"",
            "(\"pw\",\"",
            "(\"token\",\"a1",
            "my key (",
            "token (a1",
            "pw to a ",
            "pw is still ",
            "AKIAEXAMPLE ");

    /** Every text that is measured: pieces repeated, and longer ones of kinds that occur. */
    static List<SlowText> all() {
        List<SlowText> all = new ArrayList<>();
        for (String piece : PIECES) {
            all.add(new SlowText(shown(piece), piece));
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
