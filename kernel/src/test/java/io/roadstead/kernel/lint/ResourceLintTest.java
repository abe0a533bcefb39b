package io.roadstead.kernel.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The resources of the lab, which nothing is wrong with, and what each slip in them is called. */
class ResourceLintTest {

    private static final String CLUSTER_CONFIG = """
            apiVersion: cilium.io/v2
            kind: CiliumBGPClusterConfig
            metadata:
              name: cilium-bgp
            spec:
              nodeSelector:
                matchLabels:
                  enable-bgp: "true"
              bgpInstances:
              - name: instance-65001
                localASN: 65001
                peers:
                - name: tor-switch
                  peerASN: 65000
                  peerAddress: 192.168.10.200
                  peerConfigRef:
                    name: cilium-peer
            ---
            """;
    private static final String PEER_CONFIG = """
            apiVersion: cilium.io/v2
            kind: CiliumBGPPeerConfig
            metadata:
              name: cilium-peer
            spec:
              authSecretRef: bgp-auth
              families:
              - afi: ipv4
                safi: unicast
                advertisements:
                  matchLabels:
                    advertise: bgp
            ---
            """;
    private static final String ADVERTISEMENT = """
            apiVersion: cilium.io/v2
            kind: CiliumBGPAdvertisement
            metadata:
              name: bgp-advertisements
              labels:
                advertise: bgp
            spec:
              advertisements:
              - advertisementType: PodCIDR
              - advertisementType: Service
                service:
                  addresses: [LoadBalancerIP]
                selector:
                  matchExpressions:
                  - {key: somekey, operator: NotIn, values: [never-used-value]}
            ---
            """;
    private static final String POOL = """
            apiVersion: cilium.io/v2
            kind: CiliumLoadBalancerIPPool
            metadata:
              name: cilium-lb-ippool
            spec:
              blocks:
              - cidr: 172.16.1.0/24
            ---
            """;
    private static final String NODE = """
            apiVersion: v1
            kind: Node
            metadata:
              name: k8s-w1
              labels:
                enable-bgp: "true"
            spec:
              podCIDRs: [172.20.1.0/24]
            status:
              addresses:
              - {type: InternalIP, address: 192.168.10.101}
            ---
            """;
    private static final String SECRET = """
            apiVersion: v1
            kind: Secret
            metadata:
              namespace: kube-system
              name: bgp-auth
            stringData:
              password: secret
            ---
            """;
    private static final String ALL = CLUSTER_CONFIG + PEER_CONFIG + ADVERTISEMENT + POOL + NODE + SECRET;

    private static List<Finding> findings(String yaml) {
        return ResourceLint.check(LintInput.of(Manifests.resources(yaml)), "kube-system");
    }

    private static Stream<String> rules(String yaml) {
        return findings(yaml).stream().map(finding -> finding.rule() + " " + finding.subject().name() + " " + finding.field());
    }

    private static String replace(String in, String what, String by) {
        assertThat(in).contains(what);
        return in.replace(what, by);
    }

    @Test
    void theLabsResourcesAreFine() {
        assertThat(findings(ALL)).isEmpty();
        assertThat(findings("")).isEmpty();
    }

    /** What refers to a kind of which nothing is given is not looked at. */
    @Test
    void aPartOfAClustersManifestsIsNotBlamedForTheRest() {
        assertThat(findings(CLUSTER_CONFIG)).isEmpty();
        assertThat(findings(PEER_CONFIG)).isEmpty();
        assertThat(findings(ADVERTISEMENT)).isEmpty();
        assertThat(findings(POOL + NODE)).isEmpty();
        assertThat(findings(PEER_CONFIG + ADVERTISEMENT)).isEmpty();
    }

    @Test
    void anItemWithoutSelectorSelectsNothingUnlessItIsOfPodCidrs() {
        String without = ALL.replaceAll("(?s)    selector:\n      matchExpressions:.*?\n---", "---");

        assertThat(findings(without)).singleElement().hasToString("CiliumBGPAdvertisement bgp-advertisements: "
                + "spec.advertisements[1].selector: is missing, and without it a Service item selects nothing; "
                + "name the labels of what is to be announced; an empty selector {} selects all");
        assertThat(rules(replace(without, "advertisementType: PodCIDR", "advertisementType: CiliumPodIPPool"))).containsExactly(
                "ADVERTISEMENT_SELECTS_NOTHING bgp-advertisements spec.advertisements[0].selector",
                "ADVERTISEMENT_SELECTS_NOTHING bgp-advertisements spec.advertisements[1].selector");
        assertThat(rules(replace(ALL, "matchExpressions:\n      - {key: somekey, operator: NotIn, values: [never-used-value]}", "{}")))
                .isEmpty();
    }

    @Test
    void labelsThatDoNotMeetAreSaidOnBothSides() {
        String misspelled = replace(ALL, "labels:\n    advertise: bgp", "labels:\n    advertise: bpg");

        assertThat(rules(misspelled)).containsExactly("ADVERTISEMENT_UNUSED bgp-advertisements metadata.labels",
                "FAMILY_MATCHES_NO_ADVERTISEMENT cilium-peer spec.families[0].advertisements");
    }

    @Test
    void aFamilyWithoutSelectorAdvertisesNothing() {
        String without = replace(PEER_CONFIG, "    advertisements:\n      matchLabels:\n        advertise: bgp\n", "");

        assertThat(rules(without)).containsExactly("FAMILY_ADVERTISES_NOTHING cilium-peer spec.families[0].advertisements");
        assertThat(rules(without.replaceAll("(?s)families:.*---", "families: []\n---\n")))
                .containsExactly("FAMILY_ADVERTISES_NOTHING cilium-peer spec.families");
    }

    @Test
    void aMissingPeerConfigIsAnErrorAndOneThatNobodyNamesIsMentioned() {
        assertThat(findings(replace(ALL, "name: cilium-peer\nspec:", "name: cilium-pear\nspec:"))).extracting(Finding::rule)
                .containsExactly(LintRule.PEER_CONFIG_MISSING, LintRule.PEER_CONFIG_UNUSED);
        assertThat(rules(CLUSTER_CONFIG.replaceAll("\n +peerConfigRef:\n +name: cilium-peer", "")))
                .containsExactly("PEER_WITHOUT_CONFIG cilium-bgp spec.bgpInstances[0].peers[0].peerConfigRef");
    }

    @Test
    void aSecretIsMissedOnlyWhereSecretsAreGiven() {
        String other = replace(SECRET, "name: bgp-auth", "name: other");

        assertThat(findings(PEER_CONFIG)).isEmpty();
        assertThat(findings(PEER_CONFIG + other)).singleElement().extracting(Finding::problem)
                .isEqualTo("there is no Secret kube-system/bgp-auth");
        assertThat(findings(PEER_CONFIG + replace(SECRET, "namespace: kube-system", "namespace: cilium"))).singleElement()
                .extracting(Finding::problem).isEqualTo("Secret bgp-auth is in namespace cilium, and is looked for in kube-system");
        assertThat(findings(PEER_CONFIG + replace(SECRET, "password: secret", "pass: secret"))).singleElement().extracting(Finding::problem)
                .isEqualTo("Secret kube-system/bgp-auth has no password in its key 'password'");
        assertThat(findings(PEER_CONFIG + replace(SECRET, "password: secret", "password: ''"))).hasSize(1);
    }

    @Test
    void aNodeSelectorThatMatchesNoNodeIsSaidOnlyWhereNodesAreGiven() {
        String unlabelled = replace(NODE, "enable-bgp: \"true\"", "enable-bgp: \"false\"");

        assertThat(rules(CLUSTER_CONFIG + unlabelled)).containsExactly("NODE_SELECTOR_MATCHES_NONE cilium-bgp spec.nodeSelector");
        assertThat(rules(CLUSTER_CONFIG)).isEmpty();
    }

    @Test
    void clusterConfigsThatSelectOneNodeOverlap() {
        String second = replace(CLUSTER_CONFIG, "name: cilium-bgp\n", "name: second\n");
        String elsewhere = replace(second, "enable-bgp: \"true\"", "rack: \"1\"");
        String everywhere = second.replaceAll("  nodeSelector:\n    matchLabels:\n      enable-bgp: \"true\"\n", "");

        assertThat(findings(CLUSTER_CONFIG + second)).singleElement()
                .hasToString("CiliumBGPClusterConfig second: spec.nodeSelector: selects "
                        + "nodes that CiliumBGPClusterConfig cilium-bgp selects too; make the selectors disjoint, or put all instances into one object: "
                        + "a node follows one alone, here cilium-bgp");
        assertThat(findings(CLUSTER_CONFIG + everywhere)).hasSize(1);
        assertThat(findings(CLUSTER_CONFIG + elsewhere)).as("nobody knows without nodes").isEmpty();
        assertThat(findings(CLUSTER_CONFIG + elsewhere + replace(NODE, "enable-bgp: \"true\"", "{enable-bgp: \"true\", rack: \"1\"}")
                .replace("labels:\n    {", "labels: {"))).singleElement().extracting(Finding::problem)
                .isEqualTo("selects nodes that CiliumBGPClusterConfig cilium-bgp selects too: k8s-w1");
    }

    @Test
    void theOlderOfTwoOverlappingClusterConfigsOwnsTheNodes() {
        String older = replace(CLUSTER_CONFIG, "name: cilium-bgp\n", "name: z-older\n  creationTimestamp: 2024-01-01T00:00:00Z\n");
        String younger = replace(CLUSTER_CONFIG, "name: cilium-bgp\n", "name: a-younger\n  creationTimestamp: 2025-01-01T00:00:00Z\n");

        assertThat(findings(younger + older + NODE)).singleElement().extracting(finding -> finding.subject().name()).isEqualTo("a-younger");
    }

    @Test
    void anInstanceNeedsAnAsFromSomewhere() {
        String without = replace(CLUSTER_CONFIG, "    localASN: 65001\n", "");
        String override = """
                apiVersion: cilium.io/v2
                kind: CiliumBGPNodeConfigOverride
                metadata:
                  name: k8s-w1
                spec:
                  bgpInstances:
                  - name: instance-65001
                    localASN: 65010
                ---
                """;

        assertThat(rules(without)).containsExactly("LOCAL_ASN_MISSING cilium-bgp spec.bgpInstances[0].localASN");
        assertThat(rules(without + override)).isEmpty();
    }

    @Test
    void anOverrideOfNothingIsSaid() {
        String override = """
                apiVersion: cilium.io/v2
                kind: CiliumBGPNodeConfigOverride
                metadata:
                  name: k8s-w2
                spec:
                  bgpInstances:
                  - name: instance-65001
                    peers:
                    - name: tor
                  - name: instance-65002
                ---
                """;

        assertThat(rules(ALL + override)).containsExactly("OVERRIDE_OF_NOTHING k8s-w2 metadata.name",
                "OVERRIDE_OF_NOTHING k8s-w2 spec.bgpInstances[0].peers[0].name", "OVERRIDE_OF_NOTHING k8s-w2 spec.bgpInstances[1].name");
        assertThat(rules(override)).isEmpty();
    }

    @Test
    void aPrivilegedListenerIsMentionedUnlessAPeerWaitsForIt() {
        String listening = replace(CLUSTER_CONFIG, "localASN: 65001", "localASN: 65001\n    localPort: 179");

        assertThat(rules(listening)).containsExactly("LISTENER_NOT_NEEDED cilium-bgp spec.bgpInstances[0].localPort");
        assertThat(rules(replace(listening, "peerASN: 65000", "peerASN: 65000\n      passive: true"))).isEmpty();
        assertThat(rules(replace(listening, "179", "1790"))).isEmpty();
    }

    @Test
    void anAddressOfTwoPeersIsSaid() {
        String twice = replace(CLUSTER_CONFIG, "    peers:\n", """
                    peers:
                    - name: other
                      peerASN: 65000
                      peerAddress: 192.168.10.200
                      peerConfigRef:
                        name: cilium-peer
                """);

        assertThat(rules(twice)).containsExactly("PEER_ADDRESS_TWICE cilium-bgp spec.bgpInstances[0].peers[1].peerAddress");
    }

    @Test
    void poolsThatShareAddressesAreSaidOncePerPair() {
        String other = replace(POOL, "name: cilium-lb-ippool", "name: other");
        String ranges = replace(other, "- cidr: 172.16.1.0/24", "- {start: 172.16.0.0, stop: 172.16.1.10}\n  - {start: 172.16.1.20}");

        assertThat(rules(POOL + other)).containsExactly("POOLS_OVERLAP other spec.blocks[0]");
        assertThat(rules(POOL + ranges)).containsExactly("POOLS_OVERLAP cilium-lb-ippool spec.blocks[0]",
                "POOLS_OVERLAP other spec.blocks[1]");
        assertThat(rules(replace(POOL, "- cidr: 172.16.1.0/24", "- cidr: 172.16.1.0/24\n  - cidr: 172.16.1.128/25")))
                .containsExactly("POOLS_OVERLAP cilium-lb-ippool spec.blocks[1]");
        assertThat(rules(POOL + replace(other, "172.16.1.0/24", "172.16.2.0/24"))).isEmpty();
        assertThat(rules(POOL + replace(other, "172.16.1.0/24", "fd00::/64"))).isEmpty();
    }

    @Test
    void aPoolWithAddressesOfPodsOrNodesIsAnError() {
        assertThat(findings(replace(POOL, "172.16.1.0/24", "172.20.0.0/16") + NODE)).singleElement().hasToString(
                "CiliumLoadBalancerIPPool cilium-lb-ippool: spec.blocks[0]: 172.20.0.0/16 has addresses of Pods: 172.20.1.0/24 of Node k8s-w1; "
                        + "take addresses that no Pod has");
        assertThat(findings(replace(POOL, "172.16.1.0/24", "192.168.10.0/24") + NODE)).singleElement()
                .extracting(Finding::rule, finding -> finding.rule().severity())
                .containsExactly(LintRule.POOL_CONTAINS_NODE, LintRule.Severity.ERROR);
        assertThat(rules(replace(POOL, "172.16.1.0/24", "10.9.0.0/16") + """
                apiVersion: cilium.io/v2
                kind: CiliumNode
                metadata:
                  name: k8s-w1
                spec:
                  ipam:
                    podCIDRs: [10.9.3.0/24]
                """)).containsExactly("POOL_CONTAINS_POD_CIDR cilium-lb-ippool spec.blocks[0]");
    }

    @ParameterizedTest
    @EnumSource(LintRule.class)
    void whatAnAgentSaysIsNothingThatMayBeMeant(LintRule rule) {
        assertThat(rule.live()).isIn(false, rule.severity() != LintRule.Severity.INFO);
    }
}
