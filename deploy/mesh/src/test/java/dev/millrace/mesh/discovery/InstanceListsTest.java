package dev.millrace.mesh.discovery;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millrace.mesh.Folders;
import dev.millrace.runtime.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What the real consul-template makes of a registry's answers. */
final class InstanceListsTest {
    private static final String INSTANCE = """
            {"Node": {"Node": "millrace", "Address": "127.0.0.1"},
             "Service": {"ID": "local-inference-%d", "Service": "local-inference", "Address": "127.0.0.1", "Port": 75%d1,
                         "Meta": {"models": "minilm", "slots": "%s"}},
             "Checks": [{"Status": "passing"}]}""";

    @TempDir
    Path folder;

    private final List<String> asked = new ArrayList<>();

    /** A sidecar that reads of a weight below 1 throws the whole list away. */
    @Test
    void weighsANodeThatOnlyEmbeds() throws Exception {
        assertThat(weightsIn(rendered(
                        folder,
                        "local-inference",
                        INSTANCE.formatted(1, 1, "0") + "," + INSTANCE.formatted(2, 2, "4") + ","
                                + INSTANCE.formatted(3, 3, ""))))
                .containsExactly(1, 4, 1);
    }

    @Test
    void writesIntoAHomeOfAnyName() throws Exception {
        Path home = Files.createDirectories(folder.resolve("a \"b\" \\ c's ${d} $e @LIST@ %s"));

        JsonObject assignment = rendered(home, "local-inference", INSTANCE.formatted(1, 1, "2"));

        assertThat(weightsIn(assignment)).containsExactly(2);
        assertThat(assignment.get("cluster_name").getAsString()).isEqualTo("local-inference");
    }

    @Test
    void listsTheHttpDoorsOfTheGatewaysByTheirOwnPorts() throws Exception {
        JsonObject assignment = rendered(folder, "gateway-http", """
                {"Node": {"Node": "millrace", "Address": "127.0.0.1"},
                 "Service": {"ID": "gateway-1", "Service": "gateway", "Address": "127.0.0.1", "Port": 7511,
                             "Meta": {"http-port": "7514"}},
                 "Checks": [{"Status": "critical"}]}""");

        assertThat(asked).containsExactly("/v1/health/service/gateway");
        assertThat(assignment.get("cluster_name").getAsString()).isEqualTo("gateway-http");
        JsonObject endpoint = endpoints(assignment).get(0).getAsJsonObject();
        assertThat(endpoint.toString()).contains("\"port_value\":7514").contains("\"health_status\":\"UNHEALTHY\"");
    }

    @Test
    void beginsWithAListThatIsEmpty() throws Exception {
        Folders folders = new Folders(new Home(folder));
        Files.createDirectories(folders.rendered());

        new InstanceLists(folders).write(List.of("billing"));

        JsonObject assignment = assignment(Files.readString(folders.live().resolve("billing.json")));
        assertThat(assignment.get("cluster_name").getAsString()).isEqualTo("billing");
        assertThat(assignment.has("endpoints")).isFalse();
    }

    private JsonObject rendered(Path home, String list, String instances) throws Exception {
        Folders folders = new Folders(new Home(home));
        asked.addAll(RenderedLists.render(folders, list, instances));
        return assignment(Files.readString(folders.live().resolve(list + ".json")));
    }

    private static JsonObject assignment(String list) {
        return JsonParser.parseString(list)
                .getAsJsonObject()
                .getAsJsonArray("resources")
                .get(0)
                .getAsJsonObject();
    }

    private static JsonArray endpoints(JsonObject assignment) {
        return assignment.getAsJsonArray("endpoints").get(0).getAsJsonObject().getAsJsonArray("lb_endpoints");
    }

    private static List<Integer> weightsIn(JsonObject assignment) {
        List<Integer> weights = new ArrayList<>();
        endpoints(assignment)
                .forEach(each -> weights.add(
                        each.getAsJsonObject().get("load_balancing_weight").getAsInt()));
        return weights;
    }
}
