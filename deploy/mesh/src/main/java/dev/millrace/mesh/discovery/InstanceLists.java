package dev.millrace.mesh.discovery;

import dev.millrace.mesh.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files between Consul and the sidecars: a template for each service, the configuration of the one consul-template of this
 * host, and empty lists to begin with, so that no sidecar waits for its first.
 */
public final class InstanceLists {
    private static final String ASSIGNMENT = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
    private static final String HTTP_SUFFIX = "-http";

    private final Folders folders;
    private final Path publish;

    /**
     * @param publish the script that hands a rendered list to the sidecars
     */
    public InstanceLists(Folders folders, Path publish) {
        this.folders = folders;
        this.publish = publish;
    }

    /**
     * Writes everything, and returns consul-template's configuration file.
     *
     * @param services the names to watch; {@code gateway-http} stands for the HTTP doors of {@code gateway}
     */
    public Path write(List<String> services, String consulAddress) throws IOException {
        Files.createDirectories(folders.incoming());
        Files.createDirectories(folders.live());
        StringBuilder configuration = new StringBuilder("""
                # One process for the whole host. Without the wait a registry that lost its memory would be believed late.
                block_query_wait = "10s"
                log_level = "warn"
                consul {
                  address = "%s"
                  retry { enabled = true attempts = 0 backoff = "100ms" max_backoff = "1s" }
                }
                """.formatted(consulAddress));
        for (String service : services) {
            Path template = folders.rendered().resolve(service + ".ctmpl");
            Files.writeString(template, template(service));
            Files.writeString(folders.live().resolve(service + ".json"), empty(service));
            configuration.append("""
                    template {
                      source = "%s"
                      destination = "%s"
                      command = ["%s", "%s", "%s", "%s"]
                      command_timeout = "5s"
                      wait { min = "10ms" max = "100ms" }
                    }
                    """.formatted(
                            template,
                            folders.incoming().resolve(service + ".json"),
                            publish,
                            folders.incoming(),
                            folders.live(),
                            service + ".json"));
        }
        return Files.writeString(folders.rendered().resolve("consul-template.hcl"), configuration);
    }

    private static String empty(String cluster) {
        return """
                {"resources":[{"@type":"%s","cluster_name":"%s"}]}
                """.formatted(ASSIGNMENT, cluster);
    }

    /**
     * The first line differs from template to template: consul-template tells them apart by their text. A node without slots for
     * generation still embeds, and a sidecar that reads of the weight 0 throws the whole list away.
     */
    private static String template(String list) {
        boolean http = list.endsWith(HTTP_SUFFIX);
        String service = http ? list.substring(0, list.length() - HTTP_SUFFIX.length()) : list;
        String port = http ? "{{ index .ServiceMeta \"http-port\" }}" : "{{ .Port }}";
        return """
                {{- /* %s */ -}}
                {"resources":[{"@type":"%s","cluster_name":"%s","endpoints":[{"lb_endpoints":[
                {{- range $i, $s := service "%s|any" }}{{ if $i }},{{ end }}
                {"endpoint":{"address":{"socket_address":{"address":"{{ .Address }}","port_value":%s}}},
                "health_status":"{{ if eq .Status "critical" }}UNHEALTHY{{ else }}HEALTHY{{ end }}",
                "load_balancing_weight":{{ with index .ServiceMeta "slots" }}{{ if eq . "0" }}1{{ else }}{{ . }}{{ end }}{{ else }}1{{ end }},
                "metadata":{"filter_metadata":{"envoy.lb":{"instance":{{ .ID | toJSON }},"model":[
                {{- range $key, $value := .ServiceMeta }}{{ if regexMatch "^models(-[0-9]+)?$" $key -}}
                {{ range split "," $value }}{{ . | toJSON }},{{ end }}{{ end }}{{ end }}"-"]}}}}
                {{- end }}]}]}]}
                """.formatted(list, ASSIGNMENT, list, service, port);
    }
}
