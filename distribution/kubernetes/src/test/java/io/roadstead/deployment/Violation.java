package io.roadstead.deployment;

import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * An object that neither an API server with our definitions nor the agent may take.
 *
 * @param kind  its kind, without Cilium
 * @param spec  its spec, in YAML's short form
 * @param field what both must name
 * @param rule  the rule of the definition that refuses it; empty where the schema alone does
 */
record Violation(String kind, String spec, String field, String rule) {

    private static final String SERVICE_RULE = "(self.advertisementType == 'Service') == has(self.service)";
    private static final String INTERFACE_RULE = "(self.advertisementType == 'Interface') == has(self.interface)";

    static Stream<Violation> all() {
        return Stream.of(//
                of("BGPClusterConfig", "{bgpInstances: []}", "bgpInstances"), //
                of("BGPClusterConfig", "{bgpInstances: [{localASN: 65001}]}", "name"), //
                of("BGPClusterConfig", "{bgpInstances: [{name: a, localASN: 0}]}", "localASN"), //
                of("BGPClusterConfig", "{bgpInstances: [{name: a, localASN: 4294967296}]}", "localASN"), //
                of("BGPClusterConfig", "{bgpInstances: [{name: a, localASN: \"65001\"}]}", "localASN"), //
                of("BGPClusterConfig", "{bgpInstances: [{name: a, localPort: 65536}]}", "localPort"), //
                of("BGPClusterConfig", "{bgpInstances: [{name: a}, {name: a}]}", "bgpInstances[1]"), //
                of("BGPClusterConfig", "{bgpInstances: [{name: a, localAsn: 65001}]}", "localAsn"), //
                of("BGPClusterConfig", "{bgpInstances: [{name: a, routerID: \"::1\"}]}", "routerID"), //
                of("BGPClusterConfig", "{bgpInstances: [{name: a, peers: [{name: b, peerAddress: tor.example}]}]}", "peerAddress"), //
                of("BGPClusterConfig", "{bgpInstances: [{name: a, peers: [{name: b, peerAddress: 192.0.2.256}]}]}", "peerAddress"), //
                of("BGPClusterConfig", "{bgpInstances: [{name: a, peers: [{name: b, peerASN: -1}]}]}", "peerASN"), //
                of("BGPClusterConfig", "{bgpInstances: [{name: a, peers: [{name: b, peerConfigRef: {}}]}]}", "peerConfigRef.name"), //
                of("BGPClusterConfig", "{bgpInstances: [{name: a, peers: [{name: b, autoDiscovery: {mode: Guess}}]}]}", "mode"), //
                of("BGPClusterConfig", "{bgpInstances: [{name: a, peers: [{name: b, autoDiscovery: {mode: DefaultGateway}}]}]}",
                        "defaultGateway"), //
                of("BGPClusterConfig", "{nodeSelector: {matchExpressions: [{key: a, operator: Is}]}, bgpInstances: [{name: a}]}",
                        "operator"), //
                of("BGPPeerConfig", "{transport: {peerPort: 0}}", "peerPort"), //
                of("BGPPeerConfig", "{timers: {holdTimeSeconds: 2}}", "holdTimeSeconds"), //
                of("BGPPeerConfig", "{timers: {keepAliveTimeSeconds: 0}}", "keepAliveTimeSeconds"), //
                of("BGPPeerConfig", "{authSecretRef: \"\"}", "authSecretRef"), //
                of("BGPPeerConfig", "{gracefulRestart: {restartTimeSeconds: 15}}", "enabled"), //
                of("BGPPeerConfig", "{gracefulRestart: {enabled: true, restartTimeSeconds: 4096}}", "restartTimeSeconds"), //
                of("BGPPeerConfig", "{ebgpMultihop: 256}", "ebgpMultihop"), //
                of("BGPPeerConfig", "{families: [{afi: ipv4}]}", "safi"), //
                of("BGPPeerConfig", "{families: [{afi: ipx, safi: unicast}]}", "ipx"), //
                of("BGPAdvertisement", "{advertisements: []}", "advertisements"), //
                of("BGPAdvertisement", "{advertisements: [{}]}", "advertisementType"), //
                of("BGPAdvertisement", service("addresses: []"), "addresses"), //
                of("BGPAdvertisement", service("addresses: [NodePort]"), "addresses"), //
                of("BGPAdvertisement", service("addresses: [ClusterIP], aggregationLengthIPv4: 32"), "aggregationLengthIPv4"), //
                of("BGPAdvertisement", service("addresses: [ClusterIP], aggregationLengthIPv6: 128"), "aggregationLengthIPv6"), //
                of("BGPAdvertisement", attributes("communities: {standard: [\"65536:1\"]}"), "standard"), //
                of("BGPAdvertisement", attributes("communities: {standard: [\"4294967296\"]}"), "standard"), //
                of("BGPAdvertisement", attributes("communities: {large: [\"1:2\"]}"), "large"), //
                of("BGPAdvertisement", attributes("communities: {wellKnown: [no-exports]}"), "wellKnown"), //
                of("BGPAdvertisement", attributes("localPreference: 4294967296"), "localPreference"), //
                of("BGPAdvertisement", attributes("med: -1"), "med"), //
                of("BGPAdvertisement", attributes("prepend: 17"), "prepend"), //
                of("BGPAdvertisement", attributes("nextHop: none"), "nextHop"), //
                of("BGPNodeConfigOverride", "{bgpInstances: []}", "bgpInstances"), //
                of("BGPNodeConfigOverride", "{bgpInstances: [{name: a, routerID: none}]}", "routerID"), //
                of("BGPNodeConfigOverride", "{bgpInstances: [{name: a, peers: [{name: b, localAddress: none}]}]}", "localAddress"), //
                of("LoadBalancerIPPool", "{blocks: []}", "blocks"), //
                of("LoadBalancerIPPool", "{blocks: [{cidr: 172.16.1.0}]}", "cidr"), //
                of("LoadBalancerIPPool", "{blocks: [{cidr: 172.16.1.0/33}]}", "cidr"), //
                of("LoadBalancerIPPool", "{blocks: [{start: first}]}", "start"), //
                of("LoadBalancerIPPool", "{blocks: [{cidr: 172.16.1.0/24}], allowFirstLastIPs: Maybe}", "allowFirstLastIPs"), //
                of("LoadBalancerIPPool", "{blocks: [{cidr: 172.16.1.0/24}], disabled: \"true\"}", "disabled"), //
                new Violation("BGPPeerConfig", "{timers: {holdTimeSeconds: 9, keepAliveTimeSeconds: 10}}", "keepAliveTimeSeconds",
                        "self.keepAliveTimeSeconds <= self.holdTimeSeconds"), //
                new Violation("BGPAdvertisement", "{advertisements: [{advertisementType: Service}]}", "service", SERVICE_RULE), //
                new Violation("BGPAdvertisement", "{advertisements: [{advertisementType: PodCIDR, service: {addresses: [ClusterIP]}}]}",
                        "service", SERVICE_RULE), //
                new Violation("BGPAdvertisement", "{advertisements: [{advertisementType: Interface}]}", "interface", INTERFACE_RULE), //
                new Violation("BGPAdvertisement", "{advertisements: [{advertisementType: PodCIDR, interface: {name: lo}}]}", "interface",
                        INTERFACE_RULE), //
                new Violation("BGPAdvertisement", "{advertisements: [{advertisementType: PodCIDR, selector: {}}]}", "selector",
                        "self.advertisementType != 'PodCIDR' || !has(self.selector)"), //
                new Violation("LoadBalancerIPPool", "{blocks: [{stop: 10.0.0.1}]}", "blocks[0]", "has(self.cidr) || has(self.start)"));
    }

    ObjectNode object() {
        return Project.objects("apiVersion: cilium.io/v2\nkind: Cilium" + kind + "\nmetadata: {name: wrong}\nspec: " + spec + "\n")
                .getFirst();
    }

    private static Violation of(String kind, String spec, String field) {
        return new Violation(kind, spec, field, "");
    }

    private static String service(String options) {
        return "{advertisements: [{advertisementType: Service, service: {" + options + "}}]}";
    }

    private static String attributes(String attributes) {
        return "{advertisements: [{advertisementType: PodCIDR, attributes: {" + attributes + "}}]}";
    }
}
