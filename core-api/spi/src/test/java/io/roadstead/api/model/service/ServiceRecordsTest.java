package io.roadstead.api.model.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.lb.WeightedBackend;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.IpRange;
import io.roadstead.api.model.pool.LoadBalancerIpPool.Block;

/** What the records of Services, endpoints and pools refuse, and what they derive. */
class ServiceRecordsTest {

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65536})
    void portsHave16Bits(int port) {
        assertThatThrownBy(() -> new Service.Port("", Protocol.TCP, port, "", 0)).hasMessage("port " + port + " is not in 1 to 65535");
    }

    @Test
    void nodePortMayBeAbsentAsZero() {
        assertThat(new Service.Port("", Protocol.TCP, 80, "", 0).nodePort()).isZero();
        assertThatThrownBy(() -> new Service.Port("", Protocol.TCP, 80, "", 65536)).hasMessage("nodePort 65536 is not in 0 to 65535");
    }

    @Test
    void endpointNeedsAnAddress() {
        assertThatThrownBy(() -> new EndpointSlice.Endpoint(List.of(), EndpointSlice.Conditions.READY, "", "", List.of()))
                .hasMessage("an endpoint needs an address");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-",
            value = {"-, -, -, true, true, false", "false, -, -, false, false, false", "true, false, -, true, false, false",
                "false, true, true, false, true, true", "true, -, true, true, true, true"})
    void unknownConditionsCountAsKubernetesSays(Boolean ready, Boolean serving, Boolean terminating, boolean isReady, boolean isServing,
            boolean isTerminating) {
        assertThat(EndpointSlice.Conditions.of(ready, serving, terminating))
                .isEqualTo(new EndpointSlice.Conditions(isReady, isServing, isTerminating))
                .matches(conditions -> conditions.active() == isReady);
    }

    @Test
    void selectorsSeeTheNameAndNamespaceAmongTheLabels() {
        Map<String, String> labels = new ServiceLabels(ObjectMeta.of("shop", "web").withLabels(Map.of("app", "web")));

        assertThat(labels).containsOnly(Map.entry("app", "web"), Map.entry("io.kubernetes.service.name", "web"),
                Map.entry("io.kubernetes.service.namespace", "shop"));
        assertThat(labels.get("app")).isEqualTo("web");
        assertThat(labels.get("io.kubernetes.service.namespace")).isEqualTo("shop");
        assertThat(labels.get("absent")).isNull();
    }

    @Test
    void blockIsACidrOrARange() {
        IpPrefix cidr = IpPrefix.parse("10.0.0.0/30");
        IpRange range = IpRange.of(cidr);

        assertThat(new Block(cidr, null).addresses()).isEqualTo(new Block(null, range).addresses());
        assertThatThrownBy(() -> new Block(null, null)).hasMessage("a block is a cidr or a range");
        assertThatThrownBy(() -> new Block(cidr, range)).hasMessage("a block is a cidr or a range");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65536})
    void backendHasAWeight(int weight) {
        assertThatThrownBy(() -> new WeightedBackend(IpAddress.parse("10.0.0.1"), 80, weight, ""))
                .hasMessage("weight " + weight + " is not in 1 to 65535");
    }
}
