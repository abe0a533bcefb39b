package io.roadstead.api.model.service;

import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.ObjectMeta;

/** A Service's labels, with its name and namespace under the keys that Cilium's selectors know. Looks up without copying. */
final class ServiceLabels extends AbstractMap<String, String> {

    static final String NAME_KEY = "io.kubernetes.service.name";
    static final String NAMESPACE_KEY = "io.kubernetes.service.namespace";

    private final ObjectMeta meta;

    ServiceLabels(ObjectMeta meta) {
        this.meta = meta;
    }

    @Override
    public @Nullable String get(Object key) {
        if (NAME_KEY.equals(key)) {
            return meta.name();
        }
        return NAMESPACE_KEY.equals(key) ? meta.namespace() : meta.labels().get(key);
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
        Map<String, String> all = new HashMap<>(meta.labels());
        all.put(NAME_KEY, meta.name());
        all.put(NAMESPACE_KEY, meta.namespace());
        return all.entrySet();
    }
}
