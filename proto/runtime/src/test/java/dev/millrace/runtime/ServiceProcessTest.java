package dev.millrace.runtime;

import dev.millrace.runtime.billing.TinyBilling;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class ServiceProcessTest {
    private final List<String> story = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void startsInOrderAndStopsInReverse() {
        ServiceProcess process = ServiceProcess.start(
                List.of(new Told("one"), new Told("two")), settings(), started -> story.add(started.name() + " up"));
        process.stop(Duration.ofSeconds(1));
        process.close();

        assertThat(story)
                .containsExactly(
                        "one starts",
                        "one up",
                        "two starts",
                        "two up",
                        "two drains",
                        "two closes",
                        "one drains",
                        "one closes");
    }

    @Test
    void aValueThatOnlyTheStartRefusesIsToldWithItsLineToo() throws IOException {
        Path file = Files.writeString(folder.resolve("config.yml"), "billing:\n  budget:\n    daily: 1.00 USD\n");
        Told refusing = new Told("billing") {
            @Override
            public Running start(ServiceSettings settings) {
                throw new IllegalArgumentException("billing.budget.daily: 1.00 USD (expected: more)");
            }
        };

        assertThatThrownBy(() ->
                        ServiceProcess.start(List.of(refusing), ServiceSettings.of(new Home(folder)), started -> {}))
                .isInstanceOf(ConfigurationFault.class)
                .hasMessage("billing.budget.daily: 1.00 USD (expected: more)   in " + file + " line 3");
    }

    @Test
    void stopsWhatHadStartedWhenOneCannot() {
        Told broken = new Told("broken") {
            @Override
            public Running start(ServiceSettings settings) {
                throw new IllegalStateException("port 1 is taken");
            }
        };

        assertThatThrownBy(() -> ServiceProcess.start(List.of(new Told("one"), broken), settings(), started -> {}))
                .hasMessage("port 1 is taken");
        assertThat(story).containsExactly("one starts", "one drains", "one closes");
    }

    @Test
    void tellsTheMistakesOfAllBeforeAnyStarts() throws IOException {
        Files.writeString(folder.resolve("config.yml"), """
                billing:
                  budget:
                    dayly: 25.00 USD
                bylling: {}
                """);
        Told first = new Told("one");
        Told wrong = new Told("two") {
            @Override
            public List<String> mistakes(ServiceSettings settings) {
                return List.of("two.kind: x (expected: y)");
            }
        };

        assertThatThrownBy(
                        () -> ServiceProcess.start(List.of(first, new TinyBilling(), wrong), settings(), started -> {}))
                .isInstanceOfSatisfying(
                        ConfigurationFault.class,
                        fault -> assertThat(fault.mistakes())
                                .hasSize(3)
                                .anySatisfy(mistake ->
                                        assertThat(mistake).contains("bylling").contains("line 4"))
                                .anySatisfy(mistake -> assertThat(mistake)
                                        .contains("billing.budget.dayly")
                                        .contains("line 3"))
                                .contains("two.kind: x (expected: y)"));
        assertThat(story).isEmpty();
    }

    @Test
    void runsARealService() {
        ServiceProcess process = ServiceProcess.start(List.of(new TinyBilling()), settings(), started -> {
            assertThat(started.running().healthy()).isTrue();
            assertThat(started.running().healthLine()).isEqualTo("ledger " + folder.resolve("billing.db"));
        });

        MillraceService.Running billing = process.running().values().iterator().next();
        assertThat(billing.addresses()).containsExactly(URI.create("inprocess:///billing-runtime-test"));
        process.close();
        assertThat(billing.healthy()).isFalse();
    }

    @Test
    void livesUntilItIsToldToEnd() throws Exception {
        Process process = java();
        try (var out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).startsWith("billing healthy ").contains("ledger " + folder);
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(folder.resolve("logs/billing.log"))).contains("started service=\"billing\"");
    }

    @Test
    void namesEveryConfigurationMistakeAndEndsWithTwo() throws Exception {
        Files.writeString(folder.resolve("config.yml"), "billing:\n  budget:\n    daily: \"25\"\n    dayly: 1\n");

        Process process = java();
        List<String> errors =
                process.errorReader(StandardCharsets.UTF_8).lines().toList();

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(errors).hasSize(2).allMatch(line -> line.startsWith("error: billing.budget."));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void endsWithTheCodeThatItWasGivenAlthoughItsHookHaltsIt(int code) throws Exception {
        Process process = java(EndsWith.class, Integer.toString(code));

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(code);
    }

    /** A start that fails although all services run. */
    static final class EndsWith {
        private EndsWith() {}

        public static void main(String[] code) {
            ServiceProcess process =
                    ServiceProcess.start(List.of(), ServiceSettings.of(new Home(Path.of("."))), started -> {});
            process.stopAtShutdown();
            process.endsWith(Integer.parseInt(code[0]));
            System.exit(99);
        }
    }

    private Process java() throws IOException {
        return java(TinyBilling.class, "--home", folder.toString());
    }

    private static Process java(Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }

    private ServiceSettings settings() {
        return ServiceSettings.of(new Home(folder));
    }

    /** Writes down what happens to it. */
    private class Told implements MillraceService {
        private final String name;

        Told(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Running start(ServiceSettings settings) {
            story.add(name + " starts");
            return new Running() {
                @Override
                public List<URI> addresses() {
                    return List.of();
                }

                @Override
                public String healthLine() {
                    return "";
                }

                @Override
                public boolean healthy() {
                    return true;
                }

                @Override
                public void drain(Duration atMost) {
                    story.add(name + " drains");
                }

                @Override
                public void close() {
                    story.add(name + " closes");
                }
            };
        }
    }
}
