package io.roadstead.bench.mesh;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Reads what is stored of a Service by other means than the kernel's. */
final class StoredService {

    private static final JsonMapper JSON = new JsonMapper();

    private StoredService() {
    }

    static SortedSet<String> backends(String value) {
        try {
            return JSON.readTree(value).path("backends").propertyStream().map(Map.Entry::getKey)
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + value, e);
        }
    }
}
