package dev.millrace.testing;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The walls inside a service, as one test each: {@code @TestFactory Stream<DynamicTest> walls() { return
 * ModuleWalls.of("dev.millrace.billing"); }}
 *
 * <p>The root package holds the domain; each feature has a package and sees the root alone, and a package that is named as
 * the ground of several; {@code grpc}, {@code http} and {@code peers} translate between the wire and the root; {@code app}
 * wires and sees everything.
 */
public final class ModuleWalls {
    private static final String SCHEMA = "dev.millrace.schema..";
    private static final String COMPLETION = "dev.millrace.schema.completion.v1";

    private final String root;
    private final String[] ground;

    private ModuleWalls(String root, String... ground) {
        this.root = root;
        this.ground = Stream.of(ground).map(name -> root + "." + name + "..").toArray(String[]::new);
    }

    /**
     * The tests for one service, named by its root package; its tests' classes are left out.
     *
     * @param ground packages of the service, such as {@code sql}, that its features stand on: technique that several of them
     *     share and that is no part of the domain
     */
    public static Stream<DynamicTest> of(String root, String... ground) {
        return walls(
                new ModuleWalls(root, ground),
                new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS));
    }

    /** The same, tests' classes included. */
    static Stream<DynamicTest> ofEverything(String root) {
        return walls(new ModuleWalls(root), new ClassFileImporter());
    }

    private static Stream<DynamicTest> walls(ModuleWalls walls, ClassFileImporter importer) {
        JavaClasses classes = importer.importPackages(walls.root);
        return walls.rules().entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(
                        rule.getKey(), () -> rule.getValue().check(classes)));
    }

    private Map<String, ArchRule> rules() {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        rules.put("generated types stop at the wire", generatedTypesStopAtTheWire());
        rules.put("features do not see one another", featuresDoNotSeeOneAnother());
        rules.put("the domain sees no feature", domainSeesNoFeature());
        rules.put("nobody sees the wiring", nobodySeesTheWiring());
        rules.put("no service sees another", noServiceSeesAnother());
        rules.put("no cycles", slices().matching(root + ".(*)..").should().beFreeOfCycles());
        rules.put("no field injection", noFieldInjection());
        return rules;
    }

    private ArchRule generatedTypesStopAtTheWire() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackages(root + ".grpc..", root + ".http..", root + ".peers..", root + ".app..")
                .should()
                .dependOnClassesThat(are(resideInAPackage(SCHEMA)).and(isNotCompletion()))
                .because("messages are translated at the edge; only a prompt and an answer pass unmapped")
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaClass> isNotCompletion() {
        return DescribedPredicate.not(resideInAPackage(COMPLETION));
    }

    private ArchRule featuresDoNotSeeOneAnother() {
        return slices().matching(root + ".(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(resideInAPackage(root + ".app.."), DescribedPredicate.alwaysTrue())
                .ignoreDependency(DescribedPredicate.alwaysTrue(), resideInAnyPackage(ground))
                .because("what two features share belongs to the domain");
    }

    private ArchRule domainSeesNoFeature() {
        return noClasses()
                .that()
                .resideInAPackage(root)
                .should()
                .dependOnClassesThat(resideInAPackage(root + ".*.."))
                .because("features depend on the domain and never the other way round")
                .allowEmptyShould(true);
    }

    private ArchRule nobodySeesTheWiring() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackage(root + ".app..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(root + ".app..")
                .allowEmptyShould(true);
    }

    private ArchRule noServiceSeesAnother() {
        String[] shared = {
            root + "..",
            "dev.millrace.rpc..",
            "dev.millrace.discovery..",
            "dev.millrace.telemetry..",
            "dev.millrace.runtime..",
            SCHEMA
        };
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("dev.millrace..").and(DescribedPredicate.not(resideInAnyPackage(shared))))
                .because("services meet on the wire alone")
                .allowEmptyShould(true);
    }

    private static ArchRule noFieldInjection() {
        return noFields()
                .should()
                .beAnnotatedWith("jakarta.inject.Inject")
                .orShould()
                .beAnnotatedWith("io.micronaut.context.annotation.Value")
                .orShould()
                .beAnnotatedWith("io.micronaut.context.annotation.Property")
                .because("constructors say what a class needs")
                .allowEmptyShould(true);
    }
}
