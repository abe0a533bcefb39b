package io.roadstead.testkit.kubernetes;

import static io.roadstead.testkit.kubernetes.Client.MERGE;
import static io.roadstead.testkit.kubernetes.Client.STRATEGIC;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CustomResourceTest {

    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String SHIPS = "/apis/example.com/v2/ships";
    private static final String DEFINITION = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: ships.example.com}
            spec:
              group: example.com
              scope: Cluster
              names: {kind: Ship, plural: ships, shortNames: [sh]}
              versions:
              - {name: v2, served: true, storage: true, subresources: {status: {}}, schema: &schema {openAPIV3Schema: {
                  type: object, required: [spec], properties: {
                    spec: {type: object, required: [name], properties: {
                      name: {type: string, minLength: 1, maxLength: 8, pattern: '^[a-z]+$'},
                      knots: {type: integer, format: int32, minimum: 0, maximum: 40, default: 7},
                      kind: {type: string, enum: [Sail, Steam]},
                      captain: {type: string, nullable: true},
                      port: {x-kubernetes-int-or-string: true},
                      cargo: {type: object, additionalProperties: {type: integer}},
                      crew: {type: array, maxItems: 3, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name],
                             items: {type: object, required: [name], properties: {name: {type: string}, rank: {type: string}}}},
                      any: {type: object, x-kubernetes-preserve-unknown-fields: true}}},
                    status: {type: object, properties: {at: {type: string, format: date-time}}}}}}}
              - {name: v2alpha1, served: true, storage: false, schema: *schema}
              - {name: v1, served: false, storage: false, schema: *schema}
            """;

    private final ApiServer server = ApiServer.start();
    private final Client client = new Client(server);

    @BeforeEach
    void define() {
        assertThat(client.post(DEFINITIONS, DEFINITION).status()).isEqualTo(201);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private Client.Answer post(String spec) {
        return client.post(SHIPS, "{apiVersion: example.com/v2, kind: Ship, metadata: {name: s}, spec: {" + spec + "}}");
    }

    @Test
    void aDefinitionIsEstablishedAndDiscovered() {
        var conditions = client.get(DEFINITIONS + "/ships.example.com").body().at("/status/conditions");

        assertThat(Json.elements(conditions).map(condition -> condition.path("type").asText()).toList()).contains("Established");
        assertThat(client.get("/apis/example.com").body().at("/preferredVersion/version").asText()).isEqualTo("v2");
        assertThat(client.get("/apis/example.com/v2").body().at("/resources/1/name").asText()).isEqualTo("ships/status");
        assertThat(client.get("/apis/example.com/v1").status()).as("not served").isEqualTo(404);
    }

    @Test
    void unknownFieldsArePrunedOrRefusedAndDefaultsFilledIn() {
        var made = post("name: a, colour: red, any: {x: 1}, cargo: {tea: 3}");
        var strict = client.post(SHIPS + "?fieldValidation=Strict",
                "{apiVersion: example.com/v2, kind: Ship, metadata: {name: t}, spec: {name: a, colour: red}}");

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.body().path("spec").has("colour")).isFalse();
        assertThat(made.body().at("/spec/any/x").asInt()).isEqualTo(1);
        assertThat(made.body().at("/spec/knots").asInt()).isEqualTo(7);
        assertThat(strict.status() + " " + strict.message()).isEqualTo("400 strict decoding error: unknown field \"spec.colour\"");
    }

    @Test
    void invalidOnesAreRefusedWithEachField() {
        assertThat(post("").body().at("/details/causes/0/field").asText()).isEqualTo("spec.name");
        for (var wrong : new String[] {"name: 7", "name: ''", "name: abcdefghi", "name: A", "name: a, knots: 41", "name: a, knots: 1.5",
            "name: a, knots: -1", "name: a, kind: Rowing", "name: a, port: [1]", "name: a, cargo: {tea: much}",
            "name: a, crew: [{rank: c}]",
            "name: a, crew: [{name: x}, {name: x}]", "name: a, crew: [{name: w}, {name: x}, {name: y}, {name: z}]"}) {
            var answer = post(wrong);
            assertThat(answer.status()).as(wrong).isEqualTo(422);
            assertThat(answer.message()).startsWith("Ship.example.com \"s\" is invalid: ").contains("spec.");
        }
        assertThat(post("name: a, captain: null, port: http, kind: Sail").status()).isEqualTo(201);
        assertThat(client.patch(SHIPS + "/s/status", MERGE, "{status: {at: yesterday}}").status()).isEqualTo(422);
        assertThat(client.patch(SHIPS + "/s/status", MERGE, "{status: {at: '2026-01-01T00:00:00Z'}}").status()).isEqualTo(200);
    }

    @Test
    void generationCountsWhatIsWantedAndNothingElse() {
        post("name: a");
        var labelled = client.patch(SHIPS + "/s", MERGE, "{metadata: {labels: {a: b}}}").body();
        var status = client.patch(SHIPS + "/s/status", MERGE,
                "{metadata: {labels: {a: c}}, spec: {knots: 9}, status: {at: '2026-01-01T00:00:00Z'}}").body();
        var changed = client.patch(SHIPS + "/s", MERGE, "{spec: {knots: 8}, status: {at: null}}").body();

        assertThat(generation(labelled)).isEqualTo(1);
        assertThat(generation(status)).isEqualTo(1);
        assertThat(status.at("/metadata/labels/a").asText()).as("a status write changes nothing else").isEqualTo("b");
        assertThat(status.at("/spec/knots").asInt()).isEqualTo(7);
        assertThat(generation(changed)).isEqualTo(2);
        assertThat(changed.at("/status/at").asText()).isNotEmpty();
    }

    private static long generation(JsonNode object) {
        return object.at("/metadata/generation").asLong();
    }

    @Test
    void servedVersionsShowTheSameObject() {
        post("name: a");

        var other = client.get("/apis/example.com/v2alpha1/ships/s").body();
        var list = client.get("/apis/example.com/v2alpha1/ships").body();
        client.patch("/apis/example.com/v2alpha1/ships/s", MERGE, "{spec: {knots: 9}}");

        assertThat(other.path("apiVersion").asText()).isEqualTo("example.com/v2alpha1");
        assertThat(list.at("/items/0/apiVersion").asText()).isEqualTo("example.com/v2alpha1");
        assertThat(client.get(SHIPS + "/s").body().path("apiVersion").asText()).isEqualTo("example.com/v2");
        assertThat(client.get(SHIPS + "/s").body().at("/spec/knots").asInt()).isEqualTo(9);
    }

    @Test
    void aReplacementNamesItsVersionAndAPatchIsNotStrategic() {
        ObjectNode blind = post("name: a").body().deepCopy();
        Json.child(blind, "metadata").remove("resourceVersion");

        assertThat(client.put(SHIPS + "/s", blind).status()).isEqualTo(422);
        assertThat(client.patch(SHIPS + "/s", STRATEGIC, "{spec: {knots: 1}}").status()).isEqualTo(415);
    }

    @Test
    void withItsDefinitionAKindGoesAndItsWatchesEnd() throws IOException {
        post("name: a");
        try (var events = client.watch(SHIPS + "?watch=true")) {
            assertThat(events.next()).isEqualTo("ADDED s");

            client.delete(DEFINITIONS + "/ships.example.com");

            assertThat(events.next()).isEqualTo("DELETED s");
            assertThat(events.next()).isEqualTo("end");
        }
        assertThat(client.get(SHIPS).status()).isEqualTo(404);
        assertThat(client.get("/apis/example.com").status()).isEqualTo(404);
        define();
        assertThat(client.get(SHIPS).body().path("items")).isEmpty();
    }

    @Test
    void aDefinitionThatIsNotStructuralIsRefused() {
        client.delete(DEFINITIONS + "/ships.example.com");

        assertThat(client.post(DEFINITIONS, DEFINITION.replace("name: ships.example.com", "name: boats.example.com")).status())
                .isEqualTo(422);
        assertThat(client.post(DEFINITIONS, DEFINITION.replace("{type: string, nullable: true}", "{nullable: true}")).message())
                .contains("properties[captain].type: Required value");
        assertThat(
                client.post(DEFINITIONS, DEFINITION.replace("items: {type: object, required: [name],", "items: {type: object,")).message())
                .contains("x-kubernetes-list-map-keys");
    }
}
