package dev.millrace.testing;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/** Which module may see which; what stands in a pom beyond that would open a wall for everybody. */
final class ModuleArrowsTest {
    private static final Path TREE = Path.of("..", "..");
    private static final String OURS = "millrace-";

    @ParameterizedTest
    @CsvSource({
        "proto/schema,",
        "proto/rpc,",
        "proto/discovery,",
        "proto/telemetry, rpc",
        "proto/runtime, discovery rpc telemetry",
        "proto/testing, rpc runtime schema",
        "billing-svc, rpc runtime schema",
        "classifier-svc, rpc runtime schema",
        "cloud-relay-svc, rpc runtime schema",
        "gateway-svc, rpc runtime schema",
        "local-inference-svc, rpc runtime schema",
        "deploy/cli, rpc schema",
        "deploy/mesh, discovery rpc runtime",
        "deploy/load, rpc schema testing",
        "deploy/standalone, billing classifier cli cloud-relay gateway local-inference mesh"
    })
    void aModuleSeesNoMoreThanItsWallsAllow(String module, @Nullable String allowed) throws Exception {
        List<String> expected = Optional.ofNullable(allowed)
                .map(names -> List.of(names.split(" ")))
                .orElse(List.of());

        assertThat(seen(TREE.resolve(module).resolve("pom.xml"))).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void whatAllServicesShareKnowsNeitherTheDomainNorWhatIsBuiltOnIt() {
        var shared = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.millrace.rpc", "dev.millrace.runtime");

        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.millrace.schema..", "java.net.http..", "org.apache.hc..")
                .check(shared);
        noClasses()
                .that()
                .resideInAPackage("dev.millrace.rpc..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.micronaut..",
                        "io.opentelemetry..",
                        "dev.millrace.runtime..",
                        "dev.millrace.discovery..",
                        "dev.millrace.telemetry..")
                .check(shared);
    }

    /** The modules of this house that a pom names, those of its tests left out. */
    private static List<String> seen(Path pom) throws Exception {
        Element project = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(pom.toFile())
                .getDocumentElement();
        return children(project, "dependencies")
                .flatMap(all -> children(all, "dependency"))
                .filter(dependency -> children(dependency, "scope")
                        .noneMatch(scope -> scope.getTextContent().equals("test")))
                .flatMap(dependency -> children(dependency, "artifactId"))
                .map(Element::getTextContent)
                .filter(name -> name.startsWith(OURS))
                .map(name -> name.substring(OURS.length()))
                .toList();
    }

    private static Stream<Element> children(Element parent, String name) {
        NodeList all = parent.getChildNodes();
        return IntStream.range(0, all.getLength())
                .mapToObj(all::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast)
                .filter(child -> child.getTagName().equals(name));
    }
}
