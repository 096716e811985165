"""Write the made-up texts that measure the scanner (Python alone).

  make_sensitivity_set.py [--out src/test/resources/sensitivity/generated.tsv]

Every line is KIND, TAB, text: the kind that the text holds, "-" for a near miss (a look-alike in the places where real
ones stand), "plain" for an everyday prompt. Numbers carry valid check digits and belong to nobody; keys are random. Two tildes
are put into keys, and taken out by the reader, so that no other scanner takes this file for a leak. Same seed, same bytes.
"""
import argparse
import hashlib
import pathlib
import random
import string
import uuid

R = random.Random(20261121)
B62 = string.ascii_letters + string.digits
B64 = B62 + "+/"
URL64 = B62 + "-_"
HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + string.digits


def pick(options):
    return options[R.randrange(len(options))]


def chars(alphabet, count):
    return "".join(R.choice(alphabet) for _ in range(count))


def digits(count):
    return chars(string.digits, count)


# --- numbers with check digits ---------------------------------------------------------------------------------------

def luhn_sum(number):
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10


def with_luhn(body):
    return body + str(-luhn_sum(body + "0") % 10)


CARD_ISSUERS = [("4", 16), ("4", 16), ("51", 16), ("53", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15),
                ("37", 15), ("6011", 16), ("65", 16), ("3530", 16), ("3589", 16), ("36", 14), ("3003", 14), ("62", 16),
                ("4", 19)]


def card():
    prefix, length = pick(CARD_ISSUERS)
    return with_luhn(prefix + digits(length - len(prefix) - 1))


def grouped(number):
    if len(number) == 15:
        return [number[:4], number[4:10], number[10:]]
    if len(number) == 14:
        return [number[:4], number[4:10], number[10:]]
    return [number[i:i + 4] for i in range(0, len(number), 4)]


def shifted(text, base):
    return "".join(chr(base + int(c)) if c.isdigit() else c for c in text)


def written_card():
    number = card()
    groups = grouped(number)
    form = R.randrange(14)
    if form < 4:
        return number
    if form < 8:
        return " ".join(groups)
    if form == 8:
        return "-".join(groups)
    if form == 9:
        return " ".join(number)
    if form == 10:
        return pick(["\u00a0", "\u2009", "\u202f", "\u2011", "\u2013", " - ", ".", "_", "\u00b7"]).join(groups)
    if form == 11:
        return shifted(" ".join(groups), pick([0xFF10, 0x0660, 0x06F0, 0x0966]))
    if form == 12:
        return "\u200b".join(number[:8]) + number[8:]
    return "".join(chr(0x1D7CE + int(c)) for c in number)


IBAN_SHAPES = {
    "DE": "d18", "GB": "a4d14", "FR": "d10c11d2", "ES": "d20", "IT": "a1d10c12", "NL": "a4d10", "BE": "d12", "AT": "d16",
    "CH": "d5c12", "PL": "d24", "PT": "d21", "SE": "d20", "NO": "d11", "DK": "d14", "FI": "d14", "IE": "a4d14",
    "LU": "d3c13", "CZ": "d20", "HU": "d24", "GR": "d7c16", "RO": "a4c16", "TR": "d6c16", "SA": "d2c18", "AE": "d19",
    "BR": "d23a1c1", "MT": "a4d5c18", "HR": "d17", "EE": "d16", "SK": "d20", "UA": "d6c19", "LV": "a4c13", "SI": "d15",
}


def iban():
    country = pick(sorted(IBAN_SHAPES))
    shape = IBAN_SHAPES[country]
    body = ""
    i = 0
    while i < len(shape):
        end = i + 1
        while end < len(shape) and shape[end].isdigit():
            end += 1
        alphabet = {"d": string.digits, "a": string.ascii_uppercase, "c": UPPER}[shape[i]]
        body += chars(alphabet, int(shape[i + 1:end]))
        i = end
    rest = int("".join(str(int(c, 36)) for c in body + country + "00")) % 97
    return f"{country}{98 - rest:02d}{body}"


def written_iban():
    account = iban()
    fours = [account[i:i + 4] for i in range(0, len(account), 4)]
    form = R.randrange(10)
    if form < 3:
        return account
    if form < 7:
        return " ".join(fours)
    if form == 7:
        return pick(["-", "\u00a0", "\u202f", "."]).join(fours)
    if form == 8:
        return account.lower()
    return shifted(" ".join(fours), 0xFF10)


# --- secrets ---------------------------------------------------------------------------------------------------------

TOKENS = [
    lambda: "sk-" + chars(B62, 48), lambda: "sk-proj-" + chars(URL64, 74), lambda: "sk-ant-api03-" + chars(URL64, 93) + "AA",
    lambda: "sk-or-v1-" + chars(HEX, 64), lambda: "gsk_" + chars(B62, 52), lambda: "hf_" + chars(string.ascii_letters, 34),
    lambda: "xai-" + chars(B62, 80), lambda: "r8_" + chars(B62, 37), lambda: "pplx-" + chars(B62, 48),
    lambda: "AKIA" + chars(string.ascii_uppercase + "234567", 16), lambda: "ASIA" + chars(string.ascii_uppercase + "234567", 16),
    lambda: "ghp_" + chars(B62, 36), lambda: "ghs_" + chars(B62, 36), lambda: "github_pat_" + chars(B62, 22) + "_" + chars(B62, 59),
    lambda: "glpat-" + chars(URL64, 20), lambda: "xoxb-" + digits(12) + "-" + digits(12) + "-" + chars(B62, 24),
    lambda: "xoxp-" + digits(11) + "-" + digits(11) + "-" + digits(12) + "-" + chars(HEX, 32),
    lambda: "AIza" + chars(URL64, 35), lambda: "ya29.a0" + chars(URL64, 120), lambda: "GOCSPX-" + chars(URL64, 28),
    lambda: "sk_live_" + chars(B62, 24), lambda: "rk_live_" + chars(B62, 24), lambda: "whsec_" + chars(B62, 32),
    lambda: "npm_" + chars(B62, 36), lambda: "pypi-AgEIcHlwaS5vcmc" + chars(URL64, 70), lambda: "dop_v1_" + chars(HEX, 64),
    lambda: "shpat_" + chars(HEX, 32), lambda: "dckr_pat_" + chars(URL64, 27), lambda: "hvs." + chars(URL64, 90),
    lambda: "SG." + chars(URL64, 22) + "." + chars(URL64, 43), lambda: "dapi" + chars(HEX, 32),
    lambda: "lin_api_" + chars(B62, 40), lambda: "figd_" + chars(URL64, 40), lambda: "glsa_" + chars(B62, 32) + "_" + chars(HEX, 8),
    lambda: "PMAK-" + chars(HEX, 24) + "-" + chars(HEX, 34), lambda: "NRAK-" + chars(UPPER, 27), lambda: "tskey-auth-" + chars(B62, 12) + "CNTRL-" + chars(B62, 32),
    lambda: "sbp_" + chars(HEX, 40), lambda: "sq0atp-" + chars(URL64, 22), lambda: "ntn_" + chars(B62, 46),
    lambda: "eyJ" + chars(URL64, 33) + ".eyJ" + chars(URL64, 60) + "." + chars(URL64, 43),
    lambda: digits(10) + ":AA" + chars(URL64, 33), lambda: "https://hooks.slack.com/services/T" + chars(UPPER, 8) + "/B" + chars(UPPER, 8) + "/" + chars(B62, 24),
    lambda: "https://discord.com/api/webhooks/" + digits(18) + "/" + chars(URL64, 68), lambda: "EAACEdEose0cBA" + chars(B62, 90),
]

WORDS = ["Sommer", "tiger", "Falcon", "blue", "Kaffee", "river", "Lisboa", "Matrix", "pepper", "Nordwind", "sakura", "lemon"]


def password():
    form = R.randrange(4)
    if form == 0:
        return pick(WORDS) + pick("!#-_$") + digits(R.randrange(2, 5))
    if form == 1:
        return chars(B62 + "!#%&*?", R.randrange(10, 18)) + digits(1)
    if form == 2:
        return pick(WORDS) + "-" + pick(WORDS) + "-" + digits(2)
    return pick(WORDS).lower() + digits(4) + pick(["", "!", "?x"])


NAMED_PASSWORDS = [
    "password: {}", "Password = {}", "my password is {}", "the wifi password is {} by the way", "\"password\": \"{}\",",
    "DB_PASSWORD={}", "export PGPASSWORD='{}'", "passwd={}", "pwd: {}", "<password>{}</password>", "spring.datasource.password={}",
    "Das Passwort lautet {}", "Passwort: {}", "Kennwort = {}", "mot de passe : {}", "la contraseña es {}", "contraseña: {}",
    "senha: {}", "wachtwoord: {}", "\u5bc6\u7801\uff1a{}", "\u30d1\u30b9\u30ef\u30fc\u30c9\u306f{}", "пароль: {}", "user root, password {}", "login admin / password {}",
    "psql --password={}", "mysql -u root --password {}", "Server=db1;User Id=sa;Password={};Encrypt=true", "const password = \"{}\";",
    "String dbPassword = \"{}\";", "{{\"user\":\"ada\",\"passphrase\":\"{}\"}}", "password => '{}',", "PASSWORD \"{}\"", "root pw: {}",
]

NAMED_KEYS = [
    "api_key = \"{}\"", "API_KEY={}", "apiKey: '{}'", "\"client_secret\": \"{}\"", "x-api-key: {}", "Authorization: Bearer {}", "secret_key={}",
    "aws_secret_access_key = {}", "AccountKey={};EndpointSuffix=x", "token: {}", "\"access_token\":\"{}\"", "refresh_token={}",
    "const SECRET = '{}';", "signing key: {}", "my api key is {}", "Authorization: Basic {}", "ENCRYPTION_KEY={}", "auth_token => \"{}\"",
    "curl -H 'X-Api-Key: {}' https://api.example.com/v1", "--token {}", "private_token={}", "webhook_secret: {}",
]

URLS = ["postgres://app:{}@db.example.com:5432/orders", "mongodb+srv://ada:{}@cluster0.example.net/test", "https://bob:{}@example.com/x.git",
        "redis://:{}@cache:6379/0", "amqp://guest1:{}@mq.example.com/", "mysql://root:{}@127.0.0.1/shop", "ftp://web:{}@ftp.example.org"]


def split_mark(secret):
    return secret[:2] + "~~" + secret[2:]


def credential():
    form = R.randrange(20)
    if form < 9:
        return split_mark(pick(TOKENS)()), True
    if form < 14:
        return pick(NAMED_PASSWORDS).format(password()), False
    if form < 18:
        value = chars(pick([B62, HEX, B64, URL64]), pick([24, 32, 40, 64]))
        return pick(NAMED_KEYS).format(value), False
    return pick(URLS).format(chars(B62 + "!-_", R.randrange(8, 16)) + digits(1)), False


KEY_LABELS = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY"]


def private_key():
    body = [chars(B64, 64) for _ in range(3)]
    label = pick(KEY_LABELS)
    form = R.randrange(10)
    if form < 5:
        return "\\n".join([f"-----BEGIN {label}-----", *body, f"-----END {label}-----"])
    if form == 5:
        return "\\\\n".join([f"-----BEGIN {label}-----", *body, f"-----END {label}-----\\\\n"])
    if form == 6:
        return f"-----BEGIN PGP PRIVATE KEY BLOCK-----\\n\\n{body[0]}\\n{body[1]}\\n-----END PGP PRIVATE KEY BLOCK-----"
    if form == 7:
        return f"PuTTY-User-Key-File-{pick('23')}: ssh-ed25519\\nEncryption: none\\nComment: laptop\\nPublic-Lines: 2\\n{body[0]}"
    if form == 8:
        return f"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\\n{body[0]}\\n{body[1]}"
    return f"-----BEGIN {label}-----" + "".join(body)


# --- where they stand ------------------------------------------------------------------------------------------------

CARD_PLACES = [
    "{}", "Please charge {} today.", "My card is {}, valid until 09/29.", "card {} cvv 123", "Bitte belasten Sie {} mit 20 EUR.",
    "Ma carte : {}", "Mi tarjeta es {}.", "\u6211\u7684\u5361\u53f7\u662f{}\u3002", "\u30ab\u30fc\u30c9\u756a\u53f7\u306f {} \u3067\u3059", "{{\"card_number\": \"{}\", \"exp\": \"12/27\"}}",
    "{{\"pan\":\"{}\"}}", "String pan = \"{}\";", "card = '{}'  # test", "INSERT INTO payments VALUES (7, '{}', 19.99);", "id,card,amount\\n1,{},9.50",
    "| Ada | {} | 12/27 |", "<card number=\"{}\"/>", "pan: {}\\ncvv: 999", "2026-01-02 12:00:01 INFO paid with {} ok", "({})", "\u201c{}\u201d",
    "https://shop.example.com/pay?card={}&ok=1", "Why was {} declined?", "Summarise: the customer gave {} and left.", "card no.:{}", "*{}*", "`{}`", "{}, {}",
    "if (pan.equals(\"{}\")) {{ refuse(); }}", "first\\n{}\\nlast", "CC#{}", "credit card#: {}", "[{}]",
]
IBAN_PLACES = [
    "{}", "IBAN {}", "IBAN: {}", "Please transfer 50 EUR to {} by Friday.", "Bitte überweisen Sie auf {}.", "Mon compte est {}, merci.",
    "La cuenta {} es mía.", "\u6211\u7684\u8d26\u6237\u662f {}", "{{\"iban\": \"{}\"}}", "account='{}'", "String iban = \"{}\";", "name;iban\\nAda;{}",
    "| Bob | {} |", "<IBAN>{}</IBAN>", "iban: {}\\nbic: ABCDDEFFXXX", "({})", "to={}&amount=5", "Is {} a valid account?", "`{}`", "refund to {}, please",
    "UPDATE users SET iban = '{}' WHERE id = 3;",
]
SECRET_PLACES = [
    "{}", "use {} for the test", "Why does this fail?\\n{}", "// {}", "# {}\\nprint(1)", "{{\"value\": \"{}\"}}", "key={}", "curl -H \"Authorization: token {}\" https://api.example.com",
    "export KEY={}", "Fix my script:\\n```\\nclient = Client(\"{}\")\\n```", "Warum geht {} nicht?", "\u8bf7\u68c0\u67e5\u8fd9\u4e2a\u5bc6\u94a5 {}", "os.environ[\"K\"] = \"{}\"", "({})",
    "line one\\n{}\\nline three", "is {} still valid?", "Header: {}", "- {}",
]
PHRASE_PLACES = ["{}", "Why does this fail?\\n{}", "Fix this config:\\n```\\n{}\\n```", "hello\\n{}\\nbye", "FYI {}", "# settings\\n{}"]
BLOCK_PLACES = ["{}", "Is this key fine?\\n{}", "```\\n{}\\n```", "cat id_rsa\\n{}", "key: |\\n  {}", "{{\"private_key\": \"{}\"}}", "const KEY = `{}`;", "Was ist das?\\n{}"]


# --- near misses -----------------------------------------------------------------------------------------------------

def not_luhn(number):
    last = str((int(number[-1]) + R.randrange(1, 10)) % 10)
    return number[:-1] + last


def broken_iban():
    account = iban()
    return account[:2] + f"{(int(account[2:4]) + R.randrange(1, 90)) % 97:02d}" + account[4:]


NEAR = [
    lambda: f"order number {not_luhn(card())}", lambda: f"Tracking: 1Z{chars(UPPER, 6)}{digits(10)}", lambda: "order #" + f"{digits(3)}-{digits(7)}-{digits(7)}",
    lambda: f"card-like {' '.join(grouped(not_luhn(card())))}", lambda: f"is {broken_iban()} an account?", lambda: f"version {R.randrange(30)}.{R.randrange(40)}.{R.randrange(4000)}",
    lambda: "sha256:" + chars(HEX, 64), lambda: "commit " + chars(HEX, 40), lambda: "md5 " + hashlib.md5(digits(5).encode()).hexdigest(),
    lambda: str(uuid.UUID(int=R.getrandbits(128), version=4)), lambda: f"took {R.random() * 1000:.13f} ms", lambda: f"at 17{digits(8)} and 17{digits(11)}",
    lambda: f"ISBN 978-{R.randrange(1, 9)}-{digits(2)}-{digits(6)}-{digits(1)}", lambda: f"10.0.{R.randrange(255)}.{R.randrange(255)} and 192.168.{R.randrange(255)}.1:{R.randrange(1000, 9999)}",
    lambda: f"integrity=\"sha384-{chars(B64, 64)}\"", lambda: f"data:image/png;base64,iVBORw0KGgo{chars(B64, 90)}", lambda: f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{chars(B64, 43)} ada",
    lambda: f"-----BEGIN CERTIFICATE-----\\nMIID{chars(B64, 60)}\\n-----END CERTIFICATE-----", lambda: f"-----BEGIN PUBLIC KEY-----\\nMIIB{chars(B64, 60)}", lambda: "-----BEGIN PGP MESSAGE-----\\n" + chars(B64, 60),
    lambda: pick(["password: required", "password = getPassword()", "password=${DB_PASSWORD}", "password: <your password>", "password: ********", "password: string", "const password = req.body.password;"]),
    lambda: pick(["api_key = os.environ['KEY']", "api_key=$API_KEY", "API_KEY=<YOUR_API_KEY>", "token: null", "token = tokenizer.encode(text)", "secret: {{ .Values.secret }}", "apiKey: process.env.API_KEY"]),
    lambda: f"max_tokens={R.randrange(100, 9999)}, token_count: {R.randrange(100, 9999)}", lambda: f"snowflake {R.randrange(10**17, 10**18)}", lambda: f"part no. {digits(4)}-{digits(4)}-{digits(4)}",
    lambda: ", ".join(str(R.randrange(1000, 9999)) for _ in range(6)), lambda: " ".join(str(R.randrange(1, 99)) for _ in range(12)), lambda: f"[{', '.join(digits(3) for _ in range(8))}]",
    lambda: f"{R.randrange(1, 90)}.{digits(6)}, {R.randrange(1, 90)}.{digits(6)}", lambda: f"2026-{R.randrange(1, 12):02d}-{R.randrange(1, 28):02d}T{R.randrange(24):02d}:{R.randrange(60):02d}:00Z",
    lambda: f"color #{chars(HEX, 6)}; id=\"{chars(string.ascii_lowercase, 6)}-{digits(4)}\"", lambda: f"0x{chars(HEX, 16)} + 0x{chars(HEX, 8)}", lambda: f"SKU {chars(string.ascii_uppercase, 2)}-{digits(4)}-{chars(string.ascii_uppercase, 1)}",
    lambda: f"{R.randrange(100, 999)} {R.randrange(100, 999)} {R.randrange(100, 999)} people", lambda: f"invoice {R.randrange(2020, 2027)}/{digits(6)}", lambda: f"EAN {not_luhn('400' + digits(10))}",
    lambda: f"lodash@{R.randrange(9)}.{R.randrange(20)}.{R.randrange(30)}", lambda: f"https://example.com/item/{digits(12)}?ref={chars(B62, 10)}", lambda: f"session id {chars(HEX, 32)}",
    lambda: f"flight {chars(string.ascii_uppercase, 2)}{digits(4)} at gate {chars('ABCD', 1)}{digits(2)}", lambda: f"pi is 3.{'141592653589793238462643383279'[:R.randrange(12, 30)]}",
    lambda: f"git@example.com:team/repo-{digits(2)}.git", lambda: pick(["What is a private key?", "How do I rotate an access token?", "Explain bearer tokens.", "Which is safer, a password or a passkey?", "How long should a secret key be?", "How do IBAN check digits work?", "Wie ändere ich mein Passwort?", "Comment changer mon mot de passe ?"]),
]
NEAR_PLACES = ["{}", "see {}", "{} is what I mean", "{{\"value\": \"{}\"}}", "log: {}", "What is {}?", "// {}", "a\\n{}\\nb"]

# --- everyday prompts ------------------------------------------------------------------------------------------------

SUBJECTS = ["photosynthesis", "the French Revolution", "compound interest", "a binary tree", "sourdough bread", "the tides", "supply and demand",
            "a bicycle gear", "plate tectonics", "jazz harmony", "vaccines", "recursion", "the water cycle", "haiku", "chess openings", "solar panels"]
PLAIN = [
    lambda: f"Explain {pick(SUBJECTS)} to a child of {R.randrange(5, 15)}.", lambda: f"Write a poem of {R.randrange(4, 20)} lines on {pick(SUBJECTS)}.",
    lambda: f"What is {R.randrange(2, 9999)} times {R.randrange(2, 999)}?", lambda: f"Compare {pick(SUBJECTS)} and {pick(SUBJECTS)} in {R.randrange(2, 9)} points.",
    lambda: f"Tom has {R.randrange(3, 90)} apples, gives away {R.randrange(1, 3)} and buys {R.randrange(100, 2000)} more for ${R.randrange(2, 99)}.50 each. How much does he pay?",
    lambda: f"Plan {R.randrange(2, 9)} days in {pick(['Rome', 'Kyoto', 'Lima', 'Oslo'])} for under {R.randrange(300, 3000)} EUR.", lambda: f"Summarise chapter {R.randrange(1, 40)} of a book about {pick(SUBJECTS)}.",
    lambda: f"Erkläre mir {pick(['die Photosynthese', 'den Zinseszins', 'die Gezeiten', 'einen Binärbaum'])} in {R.randrange(2, 9)} Sätzen.", lambda: f"Wie viel sind {R.randrange(10, 99)} Prozent von {R.randrange(100, 9999)}?",
    lambda: f"Explique-moi {pick(['les marées', 'la photosynthèse', 'les intérêts composés'])} en {R.randrange(2, 9)} phrases.", lambda: f"¿Cuánto es {R.randrange(2, 999)} por {R.randrange(2, 99)}?",
    lambda: f"Explícame {pick(['las mareas', 'la fotosíntesis', 'la recursión'])} con un ejemplo.", lambda: f"\u7528{R.randrange(2, 9)}\u53e5\u8bdd\u89e3\u91ca{pick(['光合作用', '潮汐', '复利', '递归'])}\u3002", lambda: f"{pick(['光合成', '潮の満ち引き', '複利', '再帰'])}\u3092{R.randrange(2, 9)}\u6587\u3067\u8aac\u660e\u3057\u3066\u304f\u3060\u3055\u3044\u3002",
    lambda: f"Fix this: for i in range({R.randrange(2, 99)}): total += prices[i] * {R.random():.2f}", lambda: f"Which year did {pick(['Magellan', 'Curie', 'Bach', 'Ada Lovelace'])} die, {R.randrange(1500, 1999)} or {R.randrange(1500, 1999)}?",
    lambda: f"Convert {R.randrange(1, 500)} miles to km and {R.randrange(10, 120)} F to C.", lambda: f"What happens at {R.randrange(1, 24):02d}:{R.randrange(60):02d} on {R.randrange(1, 28)}.{R.randrange(1, 12)}.{R.randrange(1990, 2030)}?",
    lambda: f"SELECT name FROM users WHERE age > {R.randrange(18, 80)} LIMIT {R.randrange(5, 500)}; why is it slow?", lambda: f"Translate 'the train leaves at {R.randrange(1, 12)}' to {pick(['German', 'Spanish', 'Japanese'])}.",
]


def lines():
    made = []
    for _ in range(240):
        made.append(("PAYMENT_CARD", pick(CARD_PLACES).format(*[written_card() for _ in range(2)])))
    for _ in range(200):
        made.append(("IBAN", pick(IBAN_PLACES).format(written_iban())))
    for _ in range(300):
        secret, bare = credential()
        made.append(("CREDENTIAL", pick(SECRET_PLACES if bare else PHRASE_PLACES).format(secret)))
    for _ in range(120):
        made.append(("PRIVATE_KEY", pick(BLOCK_PLACES).format(private_key())))
    for _ in range(400):
        made.append(("-", pick(NEAR_PLACES).format(pick(NEAR)())))
    for _ in range(400):
        made.append(("plain", pick(PLAIN)()))
    return made


def main():
    here = pathlib.Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=here.parent / "src/test/resources/sensitivity/generated.tsv")
    args = parser.parse_args()
    head = "# kind TAB text, by training/make_sensitivity_set.py. \\n is a line end; two tildes are left out.\n"
    args.out.write_text(head + "".join(f"{kind}\t{text}\n" for kind, text in lines()), encoding="utf-8")


if __name__ == "__main__":
    main()
