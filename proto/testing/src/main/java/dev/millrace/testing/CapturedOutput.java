package dev.millrace.testing;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What a command writes while a test runs; the terminal is given back after each test. Register it as an instance field:
 * {@code @RegisterExtension final CapturedOutput output = new CapturedOutput();}
 *
 * <p>A process has one terminal, so tests that capture it cannot run at the same time in one process.
 */
public final class CapturedOutput implements BeforeEachCallback, AfterEachCallback {
    private final PrintStream terminal = System.out;
    private final PrintStream terminalOfErrors = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Override
    public void beforeEach(ExtensionContext test) {
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
    }

    @Override
    public void afterEach(ExtensionContext test) {
        System.setOut(terminal);
        System.setErr(terminalOfErrors);
    }

    /** What stands on the output so far. */
    public String out() {
        return out.toString(UTF_8);
    }

    /** What stands on the output of errors so far. */
    public String err() {
        return err.toString(UTF_8);
    }
}
