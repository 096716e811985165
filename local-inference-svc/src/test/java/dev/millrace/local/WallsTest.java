package dev.millrace.local;

import dev.millrace.testing.ModuleWalls;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class WallsTest {
    @TestFactory
    Stream<DynamicTest> walls() {
        return ModuleWalls.of("dev.millrace.local");
    }
}
