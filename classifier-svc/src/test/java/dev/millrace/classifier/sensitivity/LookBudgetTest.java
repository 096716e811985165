package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LookBudgetTest {

    private final LinearScanner scanner = new LinearScanner();

    @Test
    void looksAtEachNameOfATextForPeople() {
        LookBudget budget = new LookBudget();

        for (int index = 0; index < 1 << 17; index += 200) {
            assertThat(budget.takeValue(index)).isTrue();
            assertThat(budget.takeSentence(index)).isTrue();
        }
    }

    @Test
    void looksAtNamesWithoutEndInAsManyPlacesAsTheTextIsLong() {
        LookBudget budget = new LookBudget();
        int length = 3 << 20;
        int values = 0;
        int sentences = 0;
        for (int index = 0; index < length; index += 4) {
            values += budget.takeValue(index) ? 1 : 0;
            sentences += budget.takeSentence(index) ? 1 : 0;
        }

        assertThat(values).isLessThanOrEqualTo(64 + 4_096 + length / 160);
        assertThat(sentences).isLessThanOrEqualTo(24 + 1_024 + length / 500);
    }

    @Test
    void findsThePasswordAtTheEndOfALongLog() {
        String log = "2026-11-02 10:14:02 INFO request 4411 of the token service took 12 ms, 200 OK\n".repeat(40_000);

        assertThat(scanner.scan(List.of(log + "password: Marmot!Lake77\n")).findings())
                .extracting(finding -> finding.kind())
                .containsOnly(FindingKind.CREDENTIAL);
    }

    @Test
    void everydayWordsTakeNoLookFromNamesOfSecrets() {
        String prose = "Your account and our portal. ".repeat(100);

        assertThat(scanner.scan(List.of(prose + "The password, which nobody likes, is still Marmot77."))
                        .findings())
                .extracting(finding -> finding.kind())
                .containsOnly(FindingKind.CREDENTIAL);
    }
}
