package io.roadstead.testkit.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** JSON trees, from JSON and YAML alike: numbers of one value are equal whichever text they came from. */
final class Json {

    static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** An object from bytes of JSON; refuses anything else as the API does. */
    static JsonNode parse(byte[] bytes) {
        try {
            var tree = MAPPER.readTree(bytes);
            if (tree == null || tree.isMissingNode()) {
                throw ApiException.badRequest("the request has no body");
            }
            return tree;
        } catch (IOException e) {
            throw ApiException.badRequest("couldn't get version/kind; json parse error: " + e.getMessage());
        }
    }

    /** All documents of a text that are not empty. */
    static List<JsonNode> yaml(String text) {
        var settings = LoadSettings.builder().setSchema(new CoreSchema()).setCodePointLimit(Integer.MAX_VALUE).build();
        try {
            return StreamSupport.stream(new Load(settings).loadAllFromString(text).spliterator(), false).filter(tree -> tree != null)
                    .<JsonNode>map(MAPPER::valueToTree).toList();
        } catch (YamlEngineException e) {
            throw ApiException.badRequest("error decoding YAML: " + e.getMessage());
        }
    }

    /** The one document of a body in YAML, which JSON is too. */
    static JsonNode yaml(byte[] bytes) {
        var documents = yaml(new String(bytes, StandardCharsets.UTF_8));
        if (documents.size() != 1) {
            throw ApiException.badRequest("the body has " + documents.size() + " documents, expected one");
        }
        return documents.getFirst();
    }

    static byte[] bytes(JsonNode tree) {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The child object of that name, which is made when it is not there. */
    static ObjectNode child(ObjectNode parent, String name) {
        return parent.get(name) instanceof ObjectNode child ? child : parent.putObject(name);
    }

    /** Empty for what is absent, null or no text. */
    static String text(JsonNode parent, String name) {
        return parent.path(name).asText("");
    }

    static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** Fields of an object, copied: the object may change meanwhile. */
    static List<Map.Entry<String, JsonNode>> fields(JsonNode object) {
        return object.properties().stream().map(field -> Map.entry(field.getKey(), field.getValue())).toList();
    }
}
