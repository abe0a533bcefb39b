package io.roadstead.testkit.kubernetes;

import static io.roadstead.testkit.kubernetes.Client.APPLY;
import static io.roadstead.testkit.kubernetes.Client.JSON_PATCH;
import static io.roadstead.testkit.kubernetes.Client.MERGE;
import static io.roadstead.testkit.kubernetes.Client.STRATEGIC;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The four kinds of patches. */
class PatchTest {

    private static final String SERVICE = "/api/v1/namespaces/default/services/web";
    private static final String NODE = "/api/v1/nodes/n1";

    private final ApiServer server = ApiServer.start();
    private final Client client = new Client(server);

    @BeforeEach
    void fill() {
        server.objects().apply("""
                apiVersion: v1
                kind: Service
                metadata: {name: web, labels: {app: web}}
                spec:
                  type: LoadBalancer
                  selector: {app: web}
                  ports: [{name: http, port: 80}, {name: https, port: 443}]
                ---
                apiVersion: v1
                kind: Node
                metadata: {name: n1}
                status:
                  conditions: [{type: Ready, status: "True"}, {type: DiskPressure, status: "False"}]
                """);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private static List<String> texts(JsonNode list, String field) {
        return Json.elements(list).map(item -> item.path(field).asText()).toList();
    }

    @Test
    void aMergePatchReplacesListsAndRemovesWhatIsNull() {
        var after = client.patch(SERVICE, MERGE, "{metadata: {labels: {app: null, tier: front}}, spec: {ports: [{port: 8080}]}}").body();

        assertThat(after.at("/metadata/labels").toString()).isEqualTo("{\"tier\":\"front\"}");
        assertThat(texts(after.at("/spec/ports"), "port")).containsExactly("8080");
    }

    @Test
    void aMergePatchWithAnOlderVersionIsRefused() {
        var version = client.get(SERVICE).version();
        client.patch(SERVICE, MERGE, "{metadata: {labels: {a: b}}}");

        var late = client.patch(SERVICE, MERGE, "{metadata: {resourceVersion: '" + version + "', labels: {a: c}}}");

        assertThat(late.status()).isEqualTo(409);
    }

    @Test
    void aJsonPatchDoesItsOperationsInOrder() {
        var after = client.patch(SERVICE, JSON_PATCH, """
                - {op: test, path: /metadata/labels/app, value: web}
                - {op: add, path: /metadata/labels/example.com~1x, value: y}
                - {op: move, from: /spec/ports/1, path: /spec/ports/0}
                - {op: copy, from: /metadata/labels/app, path: /metadata/labels/copy}
                - {op: replace, path: /spec/ports/1/name, value: plain}
                - {op: remove, path: /metadata/labels/app}
                """).body();

        assertThat(after.at("/metadata/labels").toString()).isEqualTo("{\"example.com/x\":\"y\",\"copy\":\"web\"}");
        assertThat(texts(after.at("/spec/ports"), "name")).containsExactly("https", "plain");
    }

    @Test
    void aJsonPatchThatCannotBeDoneChangesNothing() {
        long before = server.version();

        for (var operation : List.of("{op: test, path: /metadata/labels/app, value: api}", "{op: remove, path: /metadata/labels/none}",
                "{op: replace, path: /status/conditions/0, value: 1}", "{op: add, path: /spec/ports/9, value: {}}")) {
            assertThat(client.patch(SERVICE, JSON_PATCH, "[" + operation + "]").status()).as(operation).isEqualTo(422);
        }
        assertThat(client.patch(SERVICE, JSON_PATCH, "{op: remove}").status()).isEqualTo(400);
        assertThat(client.patch(SERVICE, JSON_PATCH, "[{op: jump, path: /a}]").status()).isEqualTo(400);
        assertThat(server.version()).isEqualTo(before);
    }

    @Test
    void aStrategicPatchMergesItemsByTheirKeys() {
        var ports = client.patch(SERVICE, STRATEGIC, "{spec: {ports: [{port: 443, name: tls}, {port: 8080, name: other}]}}").body();
        var conditions = client.patch(NODE + "/status", STRATEGIC, "{status: {conditions: [{type: Ready, status: Unknown}]}}").body();

        assertThat(texts(ports.at("/spec/ports"), "name")).containsExactly("http", "tls", "other");
        assertThat(texts(conditions.at("/status/conditions"), "status")).containsExactly("Unknown", "False");
    }

    @Test
    void aStrategicPatchHasDirectives() {
        var deleted = client.patch(SERVICE, STRATEGIC, "{spec: {ports: [{port: 80, $patch: delete}]}}").body();
        var ordered = client.patch(SERVICE, STRATEGIC,
                "{spec: {$setElementOrder/ports: [{port: 90}, {port: 443}], ports: [{port: 90, name: last}]}}").body();
        var replaced = client.patch(SERVICE, STRATEGIC, "{spec: {ports: [{$patch: replace}, {port: 1}]}}").body();

        assertThat(texts(deleted.at("/spec/ports"), "port")).containsExactly("443");
        assertThat(texts(ordered.at("/spec/ports"), "port")).containsExactly("90", "443");
        assertThat(texts(replaced.at("/spec/ports"), "port")).containsExactly("1");
    }

    @Test
    void refusesAPatchOfAnUnknownKind() {
        assertThat(client.patch(SERVICE, "application/json", "{}").status()).isEqualTo(415);
        assertThat(client.patch(SERVICE + "?force=true&fieldManager=a", MERGE, "{}").status()).isEqualTo(422);
    }

    private Client.Answer apply(String path, String manager, String yaml) {
        return client.patch(path + "?fieldManager=" + manager, APPLY, yaml);
    }

    @Test
    void anApplyMakesWhatIsNotThere() {
        var made = apply("/api/v1/namespaces/default/configmaps/c", "me", "{apiVersion: v1, kind: ConfigMap, data: {a: '1'}}");
        var same = apply("/api/v1/namespaces/default/configmaps/c", "me", "{apiVersion: v1, kind: ConfigMap, data: {a: '1'}}");

        assertThat(made.status()).isEqualTo(201);
        assertThat(same.status()).isEqualTo(200);
        assertThat(same.version()).isEqualTo(made.version());
        assertThat(client.patch("/api/v1/namespaces/default/configmaps/c", APPLY, "{}").status()).as("without a manager").isEqualTo(422);
    }

    @Test
    void anApplyDropsWhatItsManagerWantsNoMore() {
        var path = "/api/v1/namespaces/default/configmaps/c";
        apply(path, "me", "{apiVersion: v1, kind: ConfigMap, data: {mine: '1', shared: s}}");
        apply(path, "you", "{apiVersion: v1, kind: ConfigMap, data: {yours: '1', shared: s}}");

        var after = apply(path, "me", "{apiVersion: v1, kind: ConfigMap, metadata: {labels: {a: b}}}").body();

        assertThat(after.path("data").toString()).isEqualTo("{\"shared\":\"s\",\"yours\":\"1\"}");
        assertThat(after.at("/metadata/labels/a").asText()).isEqualTo("b");
    }

    @Test
    void anApplyToWhatAnotherOwnsIsAConflictUnlessForced() {
        var path = "/api/v1/namespaces/default/configmaps/c";
        apply(path, "you", "{apiVersion: v1, kind: ConfigMap, data: {k: yours}}");

        var refused = apply(path, "me", "{apiVersion: v1, kind: ConfigMap, data: {k: mine}}");
        var forced = apply(path, "me&force=true", "{apiVersion: v1, kind: ConfigMap, data: {k: mine}}");
        var back = apply(path, "you", "{apiVersion: v1, kind: ConfigMap, data: {k: yours}}");

        assertThat(refused.status() + " " + refused.message())
                .isEqualTo("409 Apply failed with 1 conflict: conflict with \"you\": .data.k");
        assertThat(refused.body().at("/details/causes/0/reason").asText()).isEqualTo("FieldManagerConflict");
        assertThat(forced.body().at("/data/k").asText()).isEqualTo("mine");
        assertThat(back.status()).as("it is me who owns it now").isEqualTo(409);
    }

    @Test
    void aPlainUpdateTakesWhatItChanges() {
        var path = "/api/v1/namespaces/default/configmaps/c";
        apply(path, "me", "{apiVersion: v1, kind: ConfigMap, data: {k: mine}}");
        client.patch(path + "?fieldManager=editor", MERGE, "{data: {k: edited}}");

        var refused = apply(path, "me", "{apiVersion: v1, kind: ConfigMap, data: {k: mine}}");

        assertThat(refused.message()).isEqualTo("Apply failed with 1 conflict: conflict with \"editor\" using v1: .data.k");
    }

    @Test
    void managersOwnConditionsOfOneListByType() {
        apply(SERVICE + "/status", "a", "{apiVersion: v1, kind: Service, status: {conditions: [{type: A, status: 'True', reason: r}]}}");
        apply(SERVICE + "/status", "b", "{apiVersion: v1, kind: Service, status: {conditions: [{type: B, status: 'True', reason: r}]}}");
        var both = apply(SERVICE + "/status", "a",
                "{apiVersion: v1, kind: Service, status: {conditions: [{type: A, status: 'False', reason: r}]}}").body();
        var left = apply(SERVICE + "/status", "a", "{apiVersion: v1, kind: Service, status: {}}").body();

        assertThat(texts(both.at("/status/conditions"), "type")).containsExactly("A", "B");
        assertThat(texts(both.at("/status/conditions"), "status")).containsExactly("False", "True");
        assertThat(texts(left.at("/status/conditions"), "type")).containsExactly("B");
        assertThat(left.at("/metadata/managedFields").toString()).contains("k:{\\\"type\\\":\\\"B\\\"}", "\"subresource\":\"status\"");
    }

    @Test
    void anApplyToTheStatusLeavesTheRest() {
        var after = apply(SERVICE + "/status", "me",
                "{apiVersion: v1, kind: Service, spec: {type: ClusterIP}, status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}}").body();
        var main = apply(SERVICE, "me&force=true", "{apiVersion: v1, kind: Service, status: {loadBalancer: {ingress: [{ip: 192.0.2.9}]}}}")
                .body();

        assertThat(after.at("/spec/type").asText()).isEqualTo("LoadBalancer");
        assertThat(after.at("/status/loadBalancer/ingress/0/ip").asText()).isEqualTo("192.0.2.1");
        assertThat(main.at("/status/loadBalancer/ingress/0/ip").asText()).isEqualTo("192.0.2.1");
    }

    @Test
    void anApplyOfTheStatusOfWhatIsNotThereIsRefused() {
        assertThat(apply("/api/v1/namespaces/default/services/none/status", "me", "{apiVersion: v1, kind: Service}").status())
                .isEqualTo(404);
    }
}
