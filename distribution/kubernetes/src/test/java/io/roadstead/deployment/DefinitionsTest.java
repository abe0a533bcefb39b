package io.roadstead.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.roadstead.api.source.ResourceDecoder.Result;
import io.roadstead.kernel.resource.KubernetesDecoder;

/** The definitions of the kinds: that an API server takes them, and that they and the agent mean the same. */
class DefinitionsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path FULL = Project.kubernetes().resolve("src/test/resources/full");
    private static final Set<String> WITHOUT_STATUS = Set.of("CiliumBGPAdvertisement", "CiliumBGPNodeConfigOverride");

    private TestCluster cluster;

    @BeforeEach
    void start() {
        cluster = new TestCluster();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    static Stream<ObjectNode> definitions() {
        return Kustomization.of(Project.kubernetes().resolve("crds")).objects().stream();
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void schemasAreStructuralAndTheirFieldsDescribed(ObjectNode definition) {
        StrictModels.read(definition);
        for (var version : definition.at("/spec/versions")) {
            assertThat(StructuralRules.violations(version.at("/schema/openAPIV3Schema"))).isEmpty();
        }
    }

    @Test
    void aSchemaThatIsNotStructuralIsFound() {
        var definition = definitions().findFirst().orElseThrow();
        var schema = (ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema");
        ((ObjectNode) schema.at("/properties/spec")).remove("type");
        ((ObjectNode) schema.at("/properties/spec/properties/advertisements")).put("x-kubernetes-list-type", "map").put("uniqueItems",
                true);
        ((ObjectNode) schema.at("/properties/spec/properties/advertisements/items/properties/interface")).remove("description");

        assertThat(StructuralRules.violations(schema)).anyMatch(text -> text.startsWith(".spec: type is missing"))
                .anyMatch(text -> text.startsWith(".spec.advertisements: uniqueItems"))
                .anyMatch(text -> text.startsWith(".spec.advertisements: a list of type map needs its keys"))
                .anyMatch(text -> text.startsWith(".spec.advertisements[].interface: has no description"));
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void definitionsAreOursAndServeOldManifestsAsNewOnes(ObjectNode definition) {
        var names = definition.at("/spec/names");
        var versions = definition.at("/spec/versions");
        assertThat(definition.at("/metadata/name").asText()).isEqualTo(names.path("plural").asText() + ".cilium.io");
        assertThat(definition.at("/metadata/labels").path("app.kubernetes.io/part-of").asText()).isEqualTo("roadstead");
        assertThat(names.path("listKind").asText()).isEqualTo(names.path("kind").asText() + "List");
        assertThat(versions).hasSize(2);
        assertThat(versions.path(0).path("name").asText()).isEqualTo("v2");
        assertThat(versions.path(0).path("storage").asBoolean()).isTrue();
        assertThat(versions.path(1).path("name").asText()).isEqualTo("v2alpha1");
        assertThat(versions.path(1).path("storage").asBoolean()).isFalse();
        for (var same : List.of("schema", "subresources", "additionalPrinterColumns", "served")) {
            assertThat(versions.path(1).path(same)).as(same).isEqualTo(versions.path(0).path(same));
        }
        assertThat(versions.path(0).path("subresources").has("status"))
                .isNotEqualTo(WITHOUT_STATUS.contains(names.path("kind").asText()));
    }

    @Test
    void shortNamesAreCiliums() {
        assertThat(definitions().flatMap(definition -> definition.at("/spec/names/shortNames").valueStream()).map(JsonNode::asText))
                .containsExactlyInAnyOrder("cbgpcluster", "cbgppeer", "cbgpadvert", "cbgpnode", "cbgpnodeoverride", "ippools", "ippool",
                        "lbippool", "lbippools");
    }

    @Test
    void everyFieldOfTheDefinitionsIsInTheExamplesAndIsTaken() {
        var examples = Stream.of("bgp.yaml", "written.yaml").flatMap(file -> Project.objects(FULL.resolve(file)).stream()).toList();

        for (var definition : definitions().toList()) {
            var kind = definition.at("/spec/names/kind").asText();
            var used = new TreeSet<String>();
            examples.stream().filter(example -> example.path("kind").asText().equals(kind)).forEach(example -> collect("", example, used));
            var defined = new TreeSet<String>();
            collectSchema("", definition.at("/spec/versions/0/schema/openAPIV3Schema"), defined);
            assertThat(used).as(kind).containsAll(defined);
        }
        for (var example : examples) {
            assertThat(cluster.create(example)).as(example.path("kind").asText() + " " + example.at("/metadata/name").asText()).isEmpty();
        }
    }

    @Test
    void everyFieldIsReadByTheAgent() {
        for (var example : Project.objects(FULL.resolve("bgp.yaml"))) {
            assertThat(decode(example)).as(example.path("kind").asText()).isInstanceOf(Result.Decoded.class);
        }
    }

    /** Fields that the decoder knows, from its own complaint about one that it does not. */
    @Test
    void everyFieldThatTheAgentReadsIsDefined() {
        var decoders = Project.root().resolve("kernel/src/main/java/io/roadstead/kernel/resource");
        var known = new TreeSet<String>();
        for (var file : List.of("BgpKinds.java", "AdvertisementKind.java", "PoolKind.java", "Common.java")) {
            Pattern.compile("\\.only\\(([^;]*)\\);").matcher(Project.text(decoders.resolve(file))).results().map(result -> result.group(1))
                    .flatMap(arguments -> Pattern.compile("\"([^\"]+)\"").matcher(arguments).results())
                    .map((MatchResult name) -> name.group(1))
                    .forEach(known::add);
        }
        known.remove("cidrs"); // what v2alpha1 once called blocks, and Cilium's own definition has no more
        var defined = new TreeSet<String>();
        definitions().forEach(definition -> collectSchema("", definition.at("/spec/versions/0/schema/openAPIV3Schema"), defined));

        assertThat(known).hasSizeGreaterThan(50);
        assertThat(known).allSatisfy(name -> assertThat(defined).anyMatch(path -> path.matches(".*[.]" + name + "(\\[\\])?")));
    }

    static Stream<ObjectNode> applied() {
        return Examples.all();
    }

    @ParameterizedTest
    @MethodSource("applied")
    void examplesOfLabsAndDocumentationAreTaken(ObjectNode object) {
        assertThat(cluster.create(object)).isEmpty();
        var old = object.deepCopy().put("apiVersion", "cilium.io/v2alpha1");
        ((ObjectNode) old.path("metadata")).put("name", "old");
        assertThat(cluster.create(old)).isEmpty();
        assertThat(decode(object)).isInstanceOf(Result.Decoded.class);
    }

    static Stream<Violation> violations() {
        return Violation.all();
    }

    @ParameterizedTest
    @MethodSource("violations")
    void whatIsWrongIsRefusedByTheServerAndByTheAgent(Violation violation) {
        var object = violation.object();

        if (violation.rule().isEmpty()) {
            assertThat(cluster.create(object)).contains(violation.field());
        } else { // the server of these tests evaluates no rules; one of Kubernetes does
            assertThat(rules(object)).contains(violation.rule());
        }
        assertThat(decode(object)).isInstanceOfSatisfying(Result.Refused.class,
                refused -> assertThat(refused.faults()).anySatisfy(fault -> assertThat(fault.toString()).contains(violation.field())));
    }

    private static List<String> rules(ObjectNode object) {
        return definitions().filter(definition -> definition.at("/spec/names/kind").equals(object.path("kind")))
                .flatMap(definition -> definition.at("/spec/versions/0").findValues("x-kubernetes-validations").stream())
                .flatMap(JsonNode::valueStream).map(rule -> rule.path("rule").asText()).toList();
    }

    private static Result decode(JsonNode object) {
        Map<?, ?> tree = MAPPER.convertValue(object, Map.class);
        var texts = new LinkedHashMap<String, Object>();
        tree.forEach((key, value) -> texts.put(String.valueOf(key), value));
        return new KubernetesDecoder().decode(texts);
    }

    private static void collect(String path, JsonNode value, Set<String> paths) {
        paths.add(path);
        value.properties().forEach(field -> collect(path + "." + field.getKey(), field.getValue(), paths));
        if (value.isArray()) {
            value.forEach(item -> collect(path + "[]", item, paths));
        }
    }

    private static void collectSchema(String path, JsonNode schema, Set<String> paths) {
        paths.add(path);
        schema.path("properties").properties()
                .forEach(property -> collectSchema(path + "." + property.getKey(), property.getValue(), paths));
        if (schema.has("items")) {
            collectSchema(path + "[]", schema.path("items"), paths);
        }
    }
}
