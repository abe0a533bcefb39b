package io.roadstead.kernel.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.source.ResourceDecoder.Result;
import io.roadstead.kernel.resource.KubernetesDecoder;
import io.roadstead.yaml.KubernetesObject;
import io.roadstead.yaml.YamlText;
import io.roadstead.yaml.YamlText.SyntaxException;

/** Manifests as records. */
final class Manifests {

    private Manifests() {
    }

    /** All of them must be acceptable. */
    static List<Resource> resources(String yaml) {
        List<Resource> resources = new ArrayList<>();
        try {
            YamlText.read(yaml).stream().flatMap(document -> KubernetesObject.allOf(document).stream()).forEach(object -> {
                Result result = new KubernetesDecoder().decode(Objects.requireNonNull(object.tree()));
                assertThat(result).isInstanceOf(Result.Decoded.class);
                resources.add(((Result.Decoded) result).resource());
            });
        } catch (SyntaxException e) {
            throw new AssertionError(e);
        }
        return resources;
    }
}
