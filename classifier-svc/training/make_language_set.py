"""Write prompts in five languages with what must not leave (Python alone).

  make_language_set.py [--out src/test/resources/language/sensitive.tsv]

Twenty lines a language: LANGUAGE, TAB, KIND, TAB, text. KIND is what must be found in it (PAYMENT_CARD, IBAN, CREDENTIAL).
Same seed, same bytes. What people ask in these languages is in language/written.tsv, by hand.
"""
import argparse
import pathlib
import random

from make_sensitivity_set import grouped, card, iban, password

R = random.Random(5)

SENSITIVE = {
    "zh": [("PAYMENT_CARD", "请从卡{}扣款。"), ("PAYMENT_CARD", "我的信用卡号是{}，为什么付款失败？"), ("IBAN", "请把钱转到账户{}。"), ("IBAN", "我的IBAN是{}，对吗？"), ("CREDENTIAL", "密码是{}，帮我检查一下。")],
    "de": [("PAYMENT_CARD", "Bitte buchen Sie von der Karte {} ab."), ("PAYMENT_CARD", "Meine Kreditkarte {} wird abgelehnt, warum?"), ("IBAN", "Bitte überweisen Sie auf {}."), ("IBAN", "Meine IBAN lautet {}, stimmt sie?"), ("CREDENTIAL", "Das Passwort lautet {} und es geht nicht.")],
    "es": [("PAYMENT_CARD", "Cobra de la tarjeta {} por favor."), ("PAYMENT_CARD", "¿Por qué rechazan mi tarjeta {}?"), ("IBAN", "Transfiere el dinero a {} hoy."), ("IBAN", "Mi IBAN es {}, ¿es correcto?"), ("CREDENTIAL", "La contraseña es {} y no funciona.")],
    "fr": [("PAYMENT_CARD", "Débitez la carte {} s'il vous plaît."), ("PAYMENT_CARD", "Pourquoi ma carte {} est-elle refusée ?"), ("IBAN", "Virez l'argent sur {} aujourd'hui."), ("IBAN", "Mon IBAN est {}, est-il correct ?"), ("CREDENTIAL", "Le mot de passe est {} et il ne marche pas.")],
    "ja": [("PAYMENT_CARD", "カード{}から引き落としてください。"), ("PAYMENT_CARD", "カード番号は{}です。なぜ使えませんか？"), ("IBAN", "口座{}に振り込んでください。"), ("IBAN", "私のIBANは{}です。正しいですか？"), ("CREDENTIAL", "パスワードは{}です。確認してください。")],
}


def number(kind):
    if kind == "PAYMENT_CARD":
        value = card()
        return value if R.random() < 0.5 else " ".join(grouped(value))
    if kind == "IBAN":
        value = iban()
        return value if R.random() < 0.5 else " ".join(value[i:i + 4] for i in range(0, len(value), 4))
    return password()


def lines():
    for language in sorted(SENSITIVE):
        for i in range(20):
            kind, text = SENSITIVE[language][i % len(SENSITIVE[language])]
            yield language, kind, text.format(number(kind))


def main():
    here = pathlib.Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=here.parent / "src/test/resources/language/sensitive.tsv")
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    head = "# language TAB kind TAB text, by training/make_language_set.py\n"
    args.out.write_text(head + "".join("\t".join(line) + "\n" for line in lines()), encoding="utf-8")


if __name__ == "__main__":
    main()
