package dev.millrace.cli;

import dev.millrace.testing.CapturedOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.millrace.cli.FakeInstance.run;
import static org.assertj.core.api.Assertions.assertThat;

/** The record of one turn, in words. */
final class TurnCommandTest {
    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    @RegisterExtension
    final FakeInstance instance = FakeInstance.whole();

    @Test
    void aTurnTellsWhyItWentThereAndWhatItCost() {
        assertThat(run("turn", "--address", instance.address(), "chatcmpl-" + FakeLedger.TURN))
                .isZero();
        assertThat(output.out()).isEqualTo("""
                turn 0197c2e4-0a1b-7001-8000-000000000001   2026-01-31T08:00:00Z   completed
                  cloud words   18 in 8 out (reported)   3 wasted   first token 108 ms   total 1.7 s
                  charged 0.000007 USD, saved 0.000157 against gpt-4.1
                why
                  tier complex: score 0.74 (moderate from 0.35, complex from 0.65, premium from 0.90), confidence 0.99, policy-1
                  intent out_of_scope   task reasoning   language en   about 1 token   internal (email)
                  signals +0.26 asks for a proof or a derivation  -0.18 option lines
                candidates
                  1  local  starter  within its limit
                  2  cloud  words    tier match
                  -  cloud  gpt-4.1  left out: no key
                attempts
                  1  starter  12 ms     ENGINE_FAILED: out of memory
                  2  words    1,700 ms  completed
                held of the budget
                  2  words  0.000480 USD  settled, for up to 64 output tokens
                calls and what they cost you
                  1 try 1  embedded   starter  failed     ? in ? out              0.000000 USD
                  2 try 1  holysheep  words    completed  18 in 8 out (reported)  0.000007 USD
                """);
    }
}
