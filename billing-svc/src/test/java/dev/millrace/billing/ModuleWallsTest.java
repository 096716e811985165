package dev.millrace.billing;

import dev.millrace.testing.ModuleWalls;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

final class ModuleWallsTest {
    @TestFactory
    Stream<DynamicTest> walls() {
        return ModuleWalls.of("dev.millrace.billing", "sql");
    }
}
