package dev.millrace.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How large the house may be. Who has to raise a figure here says in the commit why the code did not go elsewhere, or split: nothing
 * grows unseen. What every service shares has a budget of lines too, because each of them carries it.
 *
 * <p>About 1,200 lines are what a shared module should have. {@code rpc} has more for two things that pay on every
 * request and that no service could hold alone: calls within a process that do not pass gRPC's transport (900 lines,
 * 10 us of CPU less a call), and handlers on the event loops that read for them (500 lines, 47 us less a request). In
 * {@code runtime} two lines of five are strict configuration: keys, values, flags and secrets told with their line.
 */
final class ModuleSizesTest {
    private static final Path TREE = Path.of("..", "..");
    private static final int FILE_LINES_MAX = 400;
    private static final int README_LINES_MAX = 150;

    /** Suites that are one list of promises, or one method's cases, and would only be harder to read in parts. */
    private static final Map<String, Integer> LONGER = Map.of(
            "LedgerContract.java", 610,
            "GatewayGrpcServiceTest.java", 580,
            "BillingGrpcTest.java", 440,
            "InProcessCallsTest.java", 480);

    @ParameterizedTest
    @CsvSource({
        "proto/rpc,             40, 4180",
        "proto/runtime,         30, 2330",
        "proto/discovery,       10,  700",
        "proto/telemetry,       12, 1100",
        "proto/testing,         15, 2500",
        "billing-svc,           95,",
        "classifier-svc,       149,",
        "cloud-relay-svc,       96,",
        "gateway-svc,          175,",
        "local-inference-svc,   80,",
        "deploy/cli,            56,",
        "deploy/standalone,     12,",
        "deploy/mesh,           75,",
        "deploy/load,           36,"
    })
    void aModuleHasNoMoreClassesAndLines(String module, int classesMax, @Nullable Integer linesMax) {
        Map<Path, Integer> sources = lines(TREE.resolve(module).resolve("src/main/java"));

        assertThat(sources).as("%s: classes", module).hasSizeBetween(1, classesMax);
        assertThat(sources.values().stream().mapToInt(Integer::intValue).sum())
                .as("%s: lines", module)
                .isLessThanOrEqualTo(linesMax == null ? Integer.MAX_VALUE : linesMax);
    }

    @Test
    void everyModuleWithCodeHasABudget() throws IOException {
        CsvSource budgets = Stream.of(ModuleSizesTest.class.getDeclaredMethods())
                .map(method -> method.getAnnotation(CsvSource.class))
                .filter(source -> source != null)
                .findFirst()
                .orElseThrow();
        List<String> budgeted = Stream.of(budgets.value())
                .map(line -> line.substring(0, line.indexOf(',')))
                .sorted()
                .toList();

        assertThat(modules()).isEqualTo(budgeted);
    }

    @Test
    void aFileIsSplitBeforeNobodyReadsItWhole() throws IOException {
        Map<Path, Integer> longer = new TreeMap<>();
        for (String module : modules()) {
            lines(TREE.resolve(module).resolve("src")).forEach((file, lines) -> {
                if (lines > LONGER.getOrDefault(file.getFileName().toString(), FILE_LINES_MAX)) {
                    longer.put(file, lines);
                }
            });
        }

        assertThat(longer).as("files of more than %s lines", FILE_LINES_MAX).isEmpty();
    }

    @Test
    void theReadmeIsReadInOneSitting() throws IOException {
        assertThat(Files.readAllLines(TREE.resolve("README.md"))).hasSizeLessThanOrEqualTo(README_LINES_MAX);
    }

    /** The folders of this tree that have Java code of their own; what a build writes meanwhile is left alone. */
    private static List<String> modules() throws IOException {
        try (Stream<Path> folders = Files.list(TREE)) {
            return folders.flatMap(folder -> Stream.concat(Stream.of(folder), below(folder)))
                    .filter(folder -> Files.exists(folder.resolve("pom.xml")))
                    .filter(folder -> Files.isDirectory(folder.resolve("src/main/java")))
                    .map(folder -> TREE.relativize(folder).toString())
                    .sorted()
                    .toList();
        }
    }

    private static Stream<Path> below(Path folder) {
        try (Stream<Path> folders = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
            return folders.toList().stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The lines of each source file below a folder. */
    private static Map<Path, Integer> lines(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                    .collect(Collectors.toMap(file -> file, ModuleSizesTest::count));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int count(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return (int) lines.count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
