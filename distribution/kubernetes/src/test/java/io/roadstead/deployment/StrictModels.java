package io.roadstead.deployment;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/** The client's types of Kubernetes' objects, with unknown fields refused instead of carried along. */
final class StrictModels {

    private static final Map<String, Class<? extends HasMetadata>> TYPES = Stream
            .<Class<? extends HasMetadata>>of(Namespace.class, ServiceAccount.class, ConfigMap.class, DaemonSet.class, Deployment.class,
                    PodDisruptionBudget.class, Role.class, RoleBinding.class, ClusterRole.class, ClusterRoleBinding.class,
                    CustomResourceDefinition.class)
            .collect(Collectors.toMap(type -> HasMetadata.getApiVersion(type) + " " + HasMetadata.getKind(type), Function.identity()));

    private static final ObjectMapper MAPPER = JsonMapper.builder().annotationIntrospector(new JacksonAnnotationIntrospector() {
        private static final long serialVersionUID = 1L;

        @Override
        public Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
            return false;
        }
    }).enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

    private StrictModels() {
    }

    /** Whether there is a type for the object. */
    static boolean knows(JsonNode object) {
        return TYPES.containsKey(key(object));
    }

    /** The object as that type; fails on a field that it does not have, and on a value of another type. */
    static <T extends HasMetadata> T read(JsonNode object, Class<T> type) {
        return type.cast(read(object));
    }

    static HasMetadata read(JsonNode object) {
        var type = TYPES.get(key(object));
        if (type == null) {
            throw new AssertionError("no type for " + key(object) + "; there are " + List.copyOf(TYPES.keySet()));
        }
        try {
            return MAPPER.readValue(object.toString(), type); // the client's Jackson is another one than ours
        } catch (JacksonException e) {
            throw new AssertionError(key(object) + " " + object.path("metadata").path("name").asText() + ": " + e.getOriginalMessage(), e);
        }
    }

    private static String key(JsonNode object) {
        return object.path("apiVersion").asText() + " " + object.path("kind").asText();
    }
}
