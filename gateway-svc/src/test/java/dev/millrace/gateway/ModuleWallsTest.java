package dev.millrace.gateway;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.millrace.testing.ModuleWalls;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

final class ModuleWallsTest {

    private static final String ROOT = "dev.millrace.gateway";
    private static final String FEATURES = "features do not see one another";

    @TestFactory
    Stream<DynamicTest> walls() {
        return ModuleWalls.of(ROOT).filter(wall -> !wall.getDisplayName().equals(FEATURES));
    }

    /** The HTTP door speaks OpenAI's JSON, which has a package of its own for its size; nobody else may see either. */
    @Test
    void featuresDoNotSeeOneAnotherExceptTheHttpDoorItsJson() {
        slices().matching(ROOT + ".(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(resideInAPackage(ROOT + ".app.."), DescribedPredicate.alwaysTrue())
                .ignoreDependency(resideInAPackage(ROOT + ".http.."), resideInAPackage(ROOT + ".openai.."))
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages(ROOT));
    }
}
