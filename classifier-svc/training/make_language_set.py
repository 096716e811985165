"""Write the prompts in five languages that check score, language and sensitivity (Python alone).

  make_language_set.py [--out src/test/resources/language/prompts.tsv]

A hundred lines a language: LANGUAGE, TAB, KIND, TAB, text. KIND is easy (a small model should do), hard (a proof, a design, an
analysis), or what must be found in it (PAYMENT_CARD, IBAN, CREDENTIAL). Same seed, same bytes.
"""
import argparse
import pathlib
import random

from make_sensitivity_set import grouped, card, iban, password

R = random.Random(5)

EASY = {
    "zh": ["你好，你今天怎么样？", "{n}的首都是哪里？", "谢谢你的帮助！", "你们几点开门？", "请用一句话介绍{t}。", "{t}是什么意思？", "把“早上好”翻译成英语。",
           "今天星期几？", "一年有多少天？", "推荐一道简单的晚餐。", "我怎么取消订单？", "{n}用什么货币？", "讲一个笑话吧。", "周末你们营业吗？"],
    "de": ["Hallo, wie geht es dir heute?", "Wie heißt die Hauptstadt von {n}?", "Danke für deine Hilfe!", "Wann habt ihr geöffnet?", "Was bedeutet das Wort {t}?",
           "Beschreibe {t} in einem Satz.", "Übersetze „guten Morgen“ ins Englische.", "Welcher Tag ist heute?", "Wie viele Tage hat ein Jahr?",
           "Empfiehl mir ein einfaches Abendessen.", "Wie kann ich meine Bestellung stornieren?", "Welche Währung hat {n}?", "Erzähl mir einen Witz.", "Habt ihr am Sonntag offen?"],
    "es": ["Hola, ¿cómo estás hoy?", "¿Cuál es la capital de {n}?", "¡Gracias por tu ayuda!", "¿A qué hora abren?", "¿Qué significa la palabra {t}?", "Describe {t} en una frase.",
           "Traduce «buenos días» al inglés.", "¿Qué día es hoy?", "¿Cuántos días tiene un año?", "Recomiéndame una cena sencilla.", "¿Cómo cancelo mi pedido?",
           "¿Qué moneda usa {n}?", "Cuéntame un chiste.", "¿Están abiertos los domingos?"],
    "fr": ["Bonjour, comment vas-tu aujourd'hui ?", "Quelle est la capitale de {n} ?", "Merci pour ton aide !", "À quelle heure ouvrez-vous ?", "Que veut dire le mot {t} ?",
           "Décris {t} en une phrase.", "Traduis « bonjour » en anglais.", "Quel jour sommes-nous ?", "Combien de jours y a-t-il dans une année ?", "Propose-moi un dîner simple.",
           "Comment annuler ma commande ?", "Quelle est la monnaie de {n} ?", "Raconte-moi une blague.", "Êtes-vous ouverts le dimanche ?"],
    "ja": ["こんにちは、お元気ですか？", "{n}の首都はどこですか？", "手伝ってくれてありがとう！", "何時に開きますか？", "{t}とは何ですか？", "{t}を一文で説明してください。",
           "「おはよう」を英語に訳してください。", "今日は何曜日ですか？", "一年は何日ありますか？", "簡単な夕食を教えてください。", "注文をキャンセルするにはどうすればいいですか？",
           "{n}の通貨は何ですか？", "冗談を言ってください。", "日曜日は営業していますか？"],
}
HARD = {
    "zh": ["证明{m}，并给出两种不同的证明方法，比较它们的优缺点。", "设计一个容错的{s}，详细说明一致性、可用性和性能之间的权衡，并分析最坏情况。", "请推导{m}的结论，逐步写出每一步的理由，并讨论哪些假设是必要的。",
           "用Python实现一个线程安全的{s}，分析时间复杂度并证明其正确性。", "从经济、政治和社会三个方面深入分析{t}的原因，并批判性地评价不同的解释。", "比较两种实现{s}的方法，分析它们的算法复杂度，并说明在什么条件下哪一种更好。"],
    "de": ["Beweise {m} auf zwei verschiedene Arten und vergleiche die Beweise.", "Entwirf einen fehlertoleranten {s} und begründe ausführlich die Abwägungen zwischen Konsistenz, Verfügbarkeit und Leistung.",
           "Leite {m} Schritt für Schritt her und erörtere, welche Annahmen nötig sind.", "Implementiere einen thread-sicheren {s} in Java, analysiere die Komplexität und beweise die Korrektheit.",
           "Analysiere die Ursachen von {t} aus wirtschaftlicher, politischer und sozialer Sicht und bewerte verschiedene Erklärungen kritisch.", "Vergleiche zwei Verfahren für einen {s}, analysiere ihre Komplexität und erkläre, unter welchen Bedingungen welches besser ist."],
    "es": ["Demuestra {m} de dos maneras distintas y compara las demostraciones.", "Diseña un {s} tolerante a fallos y justifica en detalle los compromisos entre consistencia, disponibilidad y rendimiento.",
           "Deduce {m} paso a paso y discute qué hipótesis son necesarias.", "Implementa un {s} seguro para hilos en Java, analiza su complejidad y demuestra que es correcto.",
           "Analiza las causas de {t} desde el punto de vista económico, político y social, y evalúa críticamente las distintas explicaciones.", "Compara dos algoritmos para un {s}, analiza su complejidad y explica en qué condiciones es mejor cada uno."],
    "fr": ["Démontre {m} de deux façons différentes et compare les démonstrations.", "Conçois un {s} tolérant aux pannes et justifie en détail les compromis entre cohérence, disponibilité et performance.",
           "Déduis {m} étape par étape et discute quelles hypothèses sont nécessaires.", "Implémente un {s} sûr pour les threads en Java, analyse sa complexité et démontre sa correction.",
           "Analyse les causes de {t} d'un point de vue économique, politique et social, et évalue de façon critique les différentes explications.", "Compare deux algorithmes pour un {s}, analyse leur complexité et explique dans quelles conditions chacun est le meilleur."],
    "ja": ["{m}を二つの異なる方法で証明し、それぞれの証明を比較してください。", "耐障害性のある{s}を設計し、一貫性、可用性、性能のトレードオフを詳しく説明してください。", "{m}を段階的に導出し、どの仮定が必要かを論じてください。",
           "スレッドセーフな{s}をJavaで実装し、計算量を分析して正しさを証明してください。", "{t}の原因を経済、政治、社会の観点から分析し、さまざまな説明を批判的に評価してください。", "{s}のための二つのアルゴリズムを比較し、計算量を分析し、どの条件でどちらが優れているか説明してください。"],
}
SENSITIVE = {
    "zh": [("PAYMENT_CARD", "请从卡{}扣款。"), ("PAYMENT_CARD", "我的信用卡号是{}，为什么付款失败？"), ("IBAN", "请把钱转到账户{}。"), ("IBAN", "我的IBAN是{}，对吗？"), ("CREDENTIAL", "密码是{}，帮我检查一下。")],
    "de": [("PAYMENT_CARD", "Bitte buchen Sie von der Karte {} ab."), ("PAYMENT_CARD", "Meine Kreditkarte {} wird abgelehnt, warum?"), ("IBAN", "Bitte überweisen Sie auf {}."), ("IBAN", "Meine IBAN lautet {}, stimmt sie?"), ("CREDENTIAL", "Das Passwort lautet {} und es geht nicht.")],
    "es": [("PAYMENT_CARD", "Cobra de la tarjeta {} por favor."), ("PAYMENT_CARD", "¿Por qué rechazan mi tarjeta {}?"), ("IBAN", "Transfiere el dinero a {} hoy."), ("IBAN", "Mi IBAN es {}, ¿es correcto?"), ("CREDENTIAL", "La contraseña es {} y no funciona.")],
    "fr": [("PAYMENT_CARD", "Débitez la carte {} s'il vous plaît."), ("PAYMENT_CARD", "Pourquoi ma carte {} est-elle refusée ?"), ("IBAN", "Virez l'argent sur {} aujourd'hui."), ("IBAN", "Mon IBAN est {}, est-il correct ?"), ("CREDENTIAL", "Le mot de passe est {} et il ne marche pas.")],
    "ja": [("PAYMENT_CARD", "カード{}から引き落としてください。"), ("PAYMENT_CARD", "カード番号は{}です。なぜ使えませんか？"), ("IBAN", "口座{}に振り込んでください。"), ("IBAN", "私のIBANは{}です。正しいですか？"), ("CREDENTIAL", "パスワードは{}です。確認してください。")],
}
NATIONS = {"zh": ["法国", "日本", "巴西", "埃及"], "de": ["Frankreich", "Japan", "Brasilien", "Ägypten"], "es": ["Francia", "Japón", "Brasil", "Egipto"],
           "fr": ["Allemagne", "Japon", "Norvège", "Égypte"], "ja": ["フランス", "ブラジル", "エジプト", "カナダ"]}
TOPICS = {"zh": ["光合作用", "通货膨胀", "工业革命", "移民"], "de": ["Inflation", "Photosynthese", "Globalisierung", "Migration"], "es": ["la inflación", "la fotosíntesis", "la globalización", "la migración"],
          "fr": ["l'inflation", "la photosynthèse", "la mondialisation", "la migration"], "ja": ["光合成", "インフレーション", "産業革命", "移民"]}
THEOREMS = {"zh": ["素数有无穷多个", "根号二是无理数", "勾股定理"], "de": ["den Satz des Pythagoras", "den kleinen Satz von Fermat", "die Irrationalität der Wurzel aus zwei"],
            "es": ["el teorema de Pitágoras", "el pequeño teorema de Fermat", "la irracionalidad de la raíz de dos"], "fr": ["le théorème de Pythagore", "le petit théorème de Fermat", "l'irrationalité de la racine de deux"],
            "ja": ["ピタゴラスの定理", "フェルマーの小定理", "素数が無限に存在すること"]}
SYSTEMS = {"zh": ["分布式缓存", "消息队列", "哈希表"], "de": ["verteilten Cache", "Nachrichtenbus", "Scheduler"], "es": ["caché distribuido", "bus de mensajes", "planificador"],
           "fr": ["cache distribué", "bus de messages", "ordonnanceur"], "ja": ["分散キャッシュ", "メッセージキュー", "ハッシュテーブル"]}


def filled(text, language):
    slots = {"n": NATIONS, "t": TOPICS, "m": THEOREMS, "s": SYSTEMS}
    for slot, words in slots.items():
        text = text.replace("{" + slot + "}", R.choice(words[language]))
    return text


def number(kind):
    if kind == "PAYMENT_CARD":
        value = card()
        return value if R.random() < 0.5 else " ".join(grouped(value))
    if kind == "IBAN":
        value = iban()
        return value if R.random() < 0.5 else " ".join(value[i:i + 4] for i in range(0, len(value), 4))
    return password()


def lines():
    for language in sorted(EASY):
        for i in range(40):
            yield language, "easy", filled(EASY[language][i % len(EASY[language])], language)
        for i in range(40):
            yield language, "hard", filled(HARD[language][i % len(HARD[language])], language)
        for i in range(20):
            kind, text = SENSITIVE[language][i % len(SENSITIVE[language])]
            yield language, kind, text.format(number(kind))


def main():
    here = pathlib.Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=here.parent / "src/test/resources/language/prompts.tsv")
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    head = "# language TAB kind TAB text, by training/make_language_set.py\n"
    args.out.write_text(head + "".join("\t".join(line) + "\n" for line in lines()), encoding="utf-8")


if __name__ == "__main__":
    main()
