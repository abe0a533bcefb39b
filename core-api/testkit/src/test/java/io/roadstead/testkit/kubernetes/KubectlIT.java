package io.roadstead.testkit.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.lab.Certificates;
import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** What a person does at the lab's API server, with the tool that people use. */
class KubectlIT {

    private final ApiServer server =
            ApiServer.builder().tls(Certificates.authority("lab")).rbac().token("root", "admin", "system:masters").start();

    @TempDir
    private Path directory;

    @BeforeAll
    static void require() {
        Labs.require(Tool.KUBECTL);
    }

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(directory.resolve("kubeconfig"), server.kubeconfig("root"));
        write("web.yaml", """
                apiVersion: v1
                kind: Service
                metadata: {name: web, labels: {app: web}}
                spec:
                  type: LoadBalancer
                  ports: [{name: http, port: 80}, {name: https, port: 443}]
                ---
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: ships.example.com}
                spec:
                  group: example.com
                  scope: Cluster
                  names: {kind: Ship, plural: ships, shortNames: [sh]}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {knots: {type: integer}}}}}}
                """);
        write("ship.yaml", """
                apiVersion: example.com/v1
                kind: Ship
                metadata: {name: s1}
                spec: {knots: 3}
                """);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private CommandResult run(String... words) {
        return CommandResult.of(Stream.concat(
                Stream.of("kubectl", "--kubeconfig", directory.resolve("kubeconfig").toString(), "--cache-dir",
                        directory.resolve("cache").toString()),
                Stream.of(words)).toList());
    }

    private String kubectl(String... words) {
        return run(words).successfulOutput().strip();
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void appliesAndGetsBuiltInAndCustomObjects() throws IOException {
        assertThat(kubectl("apply", "-f", file("web.yaml"))).contains("service/web created", "ships.example.com created");
        assertThat(kubectl("apply", "-f", file("ship.yaml"))).isEqualTo("ship.example.com/s1 created");
        assertThat(kubectl("apply", "-f", file("web.yaml"))).contains("service/web unchanged");

        write("web.yaml",
                Files.readString(directory.resolve("web.yaml")).replace("{name: http, port: 80}, ", "").replace("app: web", "app: api"));
        write("ship.yaml", Files.readString(directory.resolve("ship.yaml")).replace("knots: 3", "knots: 4"));
        assertThat(kubectl("apply", "-f", file("web.yaml"), "-f", file("ship.yaml"))).contains("service/web configured",
                "ship.example.com/s1 configured");

        assertThat(kubectl("get", "svc")).contains("web");
        assertThat(kubectl("get", "svc", "-A", "-o", "wide")).contains("default");
        assertThat(kubectl("get", "service", "web", "-o", "jsonpath={.spec.ports[*].port} {.metadata.labels.app}")).isEqualTo("443 api");
        assertThat(kubectl("get", "sh", "-o", "jsonpath={.items[*].spec.knots}")).isEqualTo("4");
        assertThat(kubectl("get", "svc,sh", "-o", "name").lines()).containsExactly("service/web", "ship.example.com/s1");
        assertThat(kubectl("get", "sh", "s1", "-o", "yaml")).contains("kind: Ship", "knots: 4");
        assertThat(kubectl("get", "svc", "-o", "yaml")).contains("kind: Service");
        assertThat(kubectl("get", "crd")).contains("ships.example.com");
    }

    @Test
    void labelsAnnotatesPatchesAndDeletes() {
        kubectl("apply", "-f", file("web.yaml"));
        kubectl("apply", "-f", file("ship.yaml"));

        kubectl("label", "service", "web", "tier=front");
        kubectl("label", "service", "web", "app-");
        kubectl("annotate", "sh", "s1", "note=hello");
        kubectl("patch", "service", "web", "-p", "{\"spec\": {\"ports\": [{\"port\": 80, \"name\": \"plain\"}]}}");
        kubectl("patch", "sh", "s1", "--type", "merge", "-p", "{\"spec\": {\"knots\": 9}}");

        assertThat(server.objects().get("services", "default", "web").at("/metadata/labels").toString()).isEqualTo("{\"tier\":\"front\"}");
        assertThat(server.objects().get("services", "default", "web").at("/spec/ports/0/name").asText()).isEqualTo("plain");
        assertThat(server.objects().get("ships.example.com", "", "s1").at("/metadata/annotations/note").asText()).isEqualTo("hello");
        assertThat(server.objects().get("ships.example.com", "", "s1").at("/spec/knots").asInt()).isEqualTo(9);
        kubectl("delete", "sh", "s1");
        kubectl("delete", "-f", file("web.yaml"));
        assertThat(server.objects().list("services")).isEmpty();
        assertThat(kubectl("api-resources", "-o", "name").lines()).contains("services", "nodes").doesNotContain("ships.example.com");
    }

    @Test
    void cordonsANodeAndWaitsForAnObject() {
        server.objects().apply("{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {conditions: [{type: Ready, status: 'True'}]}}");

        kubectl("cordon", "n1");
        kubectl("wait", "--for=condition=Ready", "node/n1", "--timeout=10s");

        assertThat(server.objects().get("nodes", "", "n1").at("/spec/unschedulable").asBoolean()).isTrue();
        kubectl("uncordon", "n1");
        assertThat(server.objects().get("nodes", "", "n1").path("spec").has("unschedulable")).isFalse();
    }

    @Test
    void saysWhyItIsRefused() throws IOException {
        var wrong =
                run("create", "-f", write("wrong.yaml", """
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {type: Sometimes, ports: [{port: 80}]}
                """));
        var missing = run("get", "service", "none");

        assertThat(wrong.exitCode()).isNotZero();
        assertThat(wrong.errors()).contains("Unsupported value: \"Sometimes\"");
        assertThat(missing.errors()).contains("Error from server (NotFound): services \"none\" not found");
        assertThat(List.of(wrong.output(), missing.output())).containsOnly("");
    }
}
