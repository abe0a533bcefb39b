package io.roadstead.api.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.SecretObject;

class SecretTest {

    @Test
    void theValueIsNeverPrinted() {
        Secret secret = Secret.of("hunter2");
        SecretObject object = new SecretObject(ObjectMeta.of("kube-system", "bgp"), Map.of("password", secret));

        assertThat(secret).hasToString(Secret.MASK);
        assertThat(Secret.of("")).hasToString(Secret.MASK);
        assertThat(object.toString()).doesNotContain("hunter2");
        assertThat(object.value("password").map(Secret::reveal)).contains("hunter2");
        assertThat(object.value("user")).isEmpty();
    }

    @Test
    void equalValuesAreEqual() {
        assertThat(Secret.of("a")).isEqualTo(Secret.of("a")).hasSameHashCodeAs(Secret.of("a")).isNotEqualTo(Secret.of("b"))
                .isNotEqualTo("a");
    }
}
