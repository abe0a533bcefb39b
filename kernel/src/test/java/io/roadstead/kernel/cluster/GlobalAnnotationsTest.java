package io.roadstead.kernel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.kernel.cluster.GlobalAnnotations.Affinity;

class GlobalAnnotationsTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "-", value = {"-; false; false; NONE", //
        "service.cilium.io/global=true; true; true; NONE", //
        "io.cilium/global-service=TRUE; true; true; NONE", //
        "roadstead.io/global= True ; true; true; NONE", //
        "service.cilium.io/global=false; false; false; NONE", //
        "roadstead.io/global=false service.cilium.io/global=true; false; false; NONE", //
        "service.cilium.io/global=false io.cilium/global-service=true; false; false; NONE", //
        "service.cilium.io/shared=true; false; false; NONE", //
        "service.cilium.io/global=true service.cilium.io/shared=false; true; false; NONE", //
        "service.cilium.io/global=true io.cilium/shared-service=False; true; false; NONE", //
        "io.cilium/global-service=true roadstead.io/shared=true service.cilium.io/shared=false; true; true; NONE", //
        "service.cilium.io/affinity=local; false; false; NONE", //
        "service.cilium.io/global=true service.cilium.io/affinity=local; true; true; LOCAL", //
        "service.cilium.io/global=true service.cilium.io/affinity=Remote; true; true; REMOTE", //
        "service.cilium.io/global=true io.cilium/service-affinity=LOCAL; true; true; LOCAL", //
        "service.cilium.io/global=true roadstead.io/affinity=none service.cilium.io/affinity=local; true; true; NONE", //
        "service.cilium.io/global=true service.cilium.io/affinity=; true; true; NONE"})
    void readsWhatCiliumReads(String text, boolean global, boolean shared, Affinity affinity) {
        GlobalAnnotations read = GlobalAnnotations.of(annotations(text));

        assertThat(read.global()).isEqualTo(global);
        assertThat(read.shared()).isEqualTo(shared);
        assertThat(read.affinity()).isEqualTo(affinity);
        assertThat(read.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"service.cilium.io/global=yes; service.cilium.io/global is 'yes', not true or false; false; false",
        "io.cilium/global-service=1; io.cilium/global-service is '1', not true or false; false; false",
        "roadstead.io/global=true roadstead.io/shared=no; roadstead.io/shared is 'no', not true or false; true; false",
        "roadstead.io/global=true io.cilium/service-affinity=east; "
                + "io.cilium/service-affinity is 'east', not none, local or remote; true; true"})
    void whatCannotBeReadDoesNotCountAndIsSaid(String text, String problem, boolean global, boolean shared) {
        assertThat(GlobalAnnotations.of(annotations(text)))
                .satisfies(read -> assertThat(read.problems()).containsExactly(problem))
                .extracting(GlobalAnnotations::global, GlobalAnnotations::shared, GlobalAnnotations::affinity)
                .containsExactly(global, shared, Affinity.NONE);
    }

    private static Map<String, String> annotations(String text) {
        return text == null ? Map.of() : Arrays.stream(text.strip().split("\\s+(?=\\S+=)", -1))
                .collect(Collectors.toMap(one -> one.substring(0, one.indexOf('=')), one -> one.substring(one.indexOf('=') + 1)));
    }
}
