package dev.millrace.classifier.language;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ScriptAndWordsDetectorTest {

    private final ScriptAndWordsDetector detector = new ScriptAndWordsDetector();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "en|What are your opening hours?",
                "en|hello",
                "en|Write a function that sorts a list",
                "en|What was the capital of Prussia?",
                "en|Was Napoleon short?",
                "en|Who am I?",
                "en|I am tired",
                "en|I think I was double charged",
                "en|Explain what 光合作用 means",
                "de|Was kostet das?",
                "de|Was ist Photosynthese?",
                "de|Was bedeutet Inflation?",
                "de|Was macht ein Notar?",
                "de|Wie spät ist es?",
                "de|Hallo",
                "de|Erkläre den Unterschied",
                "de|Schreib mir ein Gedicht",
                "fr|Bonjour, comment ça va ?",
                "fr|Quelle heure est-il",
                "fr|Explique la différence entre TCP et UDP",
                "es|Hola",
                "es|¿Cuál es la capital de Perú?",
                "es|Explica la diferencia entre TCP y UDP",
                "it|Qual è la capitale della Francia?",
                "it|Ciao, come stai?",
                "it|Spiega la differenza tra TCP e UDP",
                "pt|Olá, tudo bem com você?",
                "pt|Explique a diferença entre TCP e UDP",
                "nl|Wat is de hoofdstad van Nederland?",
                "nl|Hoe laat is het?",
                "sv|Hur mår du idag?",
                "da|Hvad er hovedstaden i Danmark?",
                "pl|Jaka jest stolica Polski?",
                "tr|Türkiye'nin başkenti nedir?",
                "cs|Jaké je hlavní město České republiky?",
                "vi|Thủ đô của Việt Nam là gì?",
                "zh|你好，请问你们几点开门？",
                "zh|Python 的列表怎么排序？",
                "zh|请解释 Kubernetes Deployment 和 StatefulSet",
                "ja|KubernetesのDeploymentとStatefulSetの違い",
                "ko|Kubernetes Deployment StatefulSet 차이",
                "ja|こんにちは、元気ですか？",
                "ja|東京の人口は？",
                "ko|안녕하세요, 오늘 날씨 어때요?",
                "ru|Привет, как дела?",
                "uk|Привіт, як справи?",
                "ar|مرحبا كيف حالك",
                "fa|چطوری دوست من",
                "el|Γεια σου",
                "he|שלום",
                "th|สวัสดี",
                "hi|नमस्ते",
                "en|roll a dice for me",
                "en|that's a definite yes",
                "en|Which S S is a Cambridge College?",
                "es|vale, perfecto",
                "es|Cuéntame un chiste corto.",
                "es|Calcula la integral entre 0 e infinito por dos caminos distintos.",
                "fr|Peut-on payer en trois fois ?",
                "fr|d'accord, parfait",
                "fr|Coucou, ça va ?",
                "it|Non capisco niente"
            })
    void namesTheLanguageOfShortQuestions(String language, String text) {
        assertThat(detector.languageOf(text)).isEqualTo(language);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "de|Was bedeutet „Your parcel is out for delivery“?",
                "de|Was meint der Chef mit \"let's circle back\"?",
                "fr|En anglais on dit « on Monday » ou « in Monday » ?",
                "es|¿Qué quiere decir «We'll get back to you shortly»?",
                "ja|\"let's circle back to this\"の意味は？",
                "en|What does „Wir melden uns in den nächsten Tagen“ mean?",
                "en|What does \"les enfants sont partis à l'école\" mean?"
            })
    void aQuotationIsNotTheLanguageOfTheQuestion(String language, String text) {
        assertThat(detector.languageOf(text)).isEqualTo(language);
    }

    @Test
    void codeAndKeysAreNotTheLanguageOfTheQuestion() {
        String code = "\nfor (int i = 0; i <= n; i++) {\n    if (a[i] is not in b) return the(i);\n}\n";
        String key = "\n-----BEGIN KEY-----\n" + "Havp6K5i6BVcIAc5L1Y25vm1Vfidot".repeat(6) + "\n-----END KEY-----";

        assertThat(detector.languageOf("这段代码有什么问题？" + code)).isEqualTo("zh");
        assertThat(detector.languageOf(code + "これを直して")).isEqualTo("ja");
        assertThat(detector.languageOf("¿Por qué falla?" + code)).isEqualTo("es");
        assertThat(detector.languageOf("保管してください。" + key)).isEqualTo("ja");
    }

    @Test
    void whatIsQuotedTellsWhereNothingElseDoes() {
        assertThat(detector.languageOf("\"Wie spät ist es?\"")).isEqualTo("de");
        assertThat(detector.languageOf("{\"question\": \"Quelle heure est-il ?\"}"))
                .isEqualTo("fr");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12345", "?!", "zzxq", "😀"})
    void saysUndeterminedWithoutEvidence(String text) {
        assertThat(detector.languageOf(text)).isEqualTo("und");
    }

    @Test
    void aQuestionThatNamesSomeCodeIsNoCode() {
        String question = "Warum kommt bei `x = (a[i] + b[j]);` dieser Fehler?\n";

        assertThat(detector.languageOf(question + "error: lvalue required as left operand of assignment"))
                .isEqualTo("de");
    }
}
