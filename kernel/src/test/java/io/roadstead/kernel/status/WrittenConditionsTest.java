package io.roadstead.kernel.status;

import static io.roadstead.kernel.route.RouteLab.CLUSTER_CONFIG;
import static io.roadstead.kernel.route.RouteLab.PEER_CONFIG;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.Condition.Status;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.kernel.route.BgpSettings;
import io.roadstead.kernel.route.RouteLab;

/** What metav1.Condition demands, and the words of Cilium's operator. */
class WrittenConditionsTest {

    private static final BgpSettings SETTINGS = new BgpSettings(null, "kube-system");
    private static final String REASON = "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$";
    private static final String TYPE =
            "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$";

    private final RouteLab lab = RouteLab.synced();

    @Test
    void whatIsInOrderIsFalseUnderTheSameReasonAndWithoutMessage() {
        assertThat(of("CiliumBGPClusterConfig", "cilium-bgp")).containsExactly(
                new Condition("cilium.io/NoMatchingNode", Status.FALSE, "NoMatchingNode", ""),
                new Condition("cilium.io/MissingPeerConfigs", Status.FALSE, "MissingPeerConfigs", ""),
                new Condition("cilium.io/ConflictingClusterConfig", Status.FALSE, "ConflictingClusterConfigs", ""));
        assertThat(of("CiliumBGPPeerConfig", "cilium-peer"))
                .containsExactly(new Condition("cilium.io/MissingAuthSecret", Status.FALSE, "MissingAuthSecret", ""));
    }

    @Test
    void whatIsWrongIsTrueAndSaysWhat() {
        lab.apply(CLUSTER_CONFIG.replace("cilium-bgp", "younger").replace("cilium-peer", "nowhere"),
                CLUSTER_CONFIG.replace("cilium-bgp", "nobodys").replace("enable-bgp", "never"),
                PEER_CONFIG.replace("cilium-peer", "guarded").replace("ebgpMultihop = 2", "authSecretRef = gone"));

        assertThat(of("CiliumBGPClusterConfig", "younger")).extracting(Condition::status).containsExactly(Status.FALSE, Status.TRUE,
                Status.TRUE);
        assertThat(of("CiliumBGPClusterConfig", "nobodys")).extracting(Condition::status).containsExactly(Status.TRUE, Status.FALSE,
                Status.FALSE);
        assertThat(of("CiliumBGPPeerConfig", "guarded")).extracting(Condition::status).containsExactly(Status.TRUE);
    }

    @Test
    void noMessageIsLongerThanAnApiServerTakes() {
        String peers = IntStream.range(0, 400)
                .mapToObj(i -> "{ name = p" + i + ", peerAddress = 10.0.0.1, peerConfigRef.name = \"" + "x".repeat(100) + i + "\" }")
                .collect(Collectors.joining(","));
        lab.apply(
                "apiVersion = cilium.io/v2, kind = CiliumBGPClusterConfig, metadata.name = long, spec.bgpInstances = [{ name = i, localASN = 1, peers = ["
                        + peers + "] }]");

        assertThat(of("CiliumBGPClusterConfig", "long").get(1).message()).hasSize(Condition.MESSAGE_LIMIT);
        all().values().forEach(list -> list.forEach(WrittenConditionsTest::assertTaken));
    }

    @Test
    void aMessageIsCutBetweenCharacters() {
        String pairs = "\uD83D\uDEF6".repeat(Condition.MESSAGE_LIMIT + 1);

        String cut = Condition.toWrite("cilium.io/X", Status.TRUE, "X", pairs).message();

        assertThat(cut.codePointCount(0, cut.length())).isEqualTo(Condition.MESSAGE_LIMIT);
        assertThat(Character.isLowSurrogate(cut.charAt(cut.length() - 1))).isTrue();
    }

    private static void assertTaken(Condition condition) {
        assertThat(condition.type()).matches(TYPE).hasSizeLessThan(317);
        assertThat(condition.reason()).matches(REASON);
        assertThat(condition.message().codePointCount(0, condition.message().length())).isLessThanOrEqualTo(32768);
    }

    private Map<ResourceKey, List<Condition>> all() {
        return ConditionReport.of(lab.cluster.view(), SETTINGS);
    }

    private List<Condition> of(String kind, String name) {
        return all().getOrDefault(new ResourceKey(kind, "", name), List.of());
    }
}
