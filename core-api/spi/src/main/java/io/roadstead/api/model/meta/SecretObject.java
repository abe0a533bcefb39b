package io.roadstead.api.model.meta;

import java.util.Map;
import java.util.Optional;

import io.roadstead.api.config.Secret;

/**
 * A core v1 Secret: decoded {@code data} and {@code stringData}.
 */
public record SecretObject(ObjectMeta meta, Map<String, Secret> data) implements Resource {

    public static final String KIND = "Secret";

    public SecretObject {
        data = Map.copyOf(data);
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** One value; empty when the key is absent. */
    public Optional<Secret> value(String key) {
        return Optional.ofNullable(data.get(key));
    }
}
