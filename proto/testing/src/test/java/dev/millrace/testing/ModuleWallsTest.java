package dev.millrace.testing;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/** The walls must stand, and must be felt: a service built of mistakes lies beside this test. */
final class ModuleWallsTest {
    @TestFactory
    Stream<DynamicTest> wallsOfAGoodService() {
        return ModuleWalls.ofEverything("dev.millrace.testing.walls.good");
    }

    @Test
    void everyMistakeIsFound() {
        Map<String, Optional<Throwable>> outcomes = ModuleWalls.ofEverything("dev.millrace.testing.walls.bad")
                .collect(Collectors.toMap(
                        DynamicTest::getDisplayName,
                        test -> Optional.ofNullable(
                                catchThrowable(() -> test.getExecutable().execute()))));

        assertThat(outcomes)
                .hasSize(7)
                .allSatisfy((wall, outcome) -> assertThat(outcome).as(wall).containsInstanceOf(AssertionError.class));
    }
}
