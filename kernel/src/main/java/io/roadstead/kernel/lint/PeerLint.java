package io.roadstead.kernel.lint;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.meta.SecretObject;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.kernel.route.BgpChecks;

/** Instances, their peers, and what these refer to. */
final class PeerLint {

    private static final int FIRST_UNPRIVILEGED_PORT = 1024;

    private final LintInput input;
    private final List<Finding> findings;

    private PeerLint(LintInput input, List<Finding> findings) {
        this.input = input;
        this.findings = findings;
    }

    static void check(LintInput input, String secretsNamespace, List<Finding> findings) {
        PeerLint lint = new PeerLint(input, findings);
        input.clusterConfigs().forEach(lint::clusterConfig);
        lint.peerConfigs(secretsNamespace);
    }

    private void clusterConfig(BgpClusterConfig config) {
        for (int i = 0; i < config.instances().size(); i++) {
            instance(config, config.instances().get(i), "spec.bgpInstances[" + i + "]");
        }
    }

    private void instance(BgpClusterConfig config, BgpClusterConfig.Instance instance, String at) {
        boolean overridden = input.overrides().stream().flatMap(override -> override.instances().stream())
                .anyMatch(override -> override.name().equals(instance.name()) && override.localAsn() != null);
        if (instance.localAsn() == null && !overridden) {
            findings.add(new Finding(LintRule.LOCAL_ASN_MISSING, config.key(), at + ".localASN",
                    "is missing, and no CiliumBGPNodeConfigOverride states it for instance " + instance.name(),
                    "state it here, or in an override per node"));
        }
        Integer port = instance.localPort();
        if (port != null && port < FIRST_UNPRIVILEGED_PORT && instance.peers().stream().noneMatch(BgpClusterConfig.Peer::passive)) {
            findings.add(new Finding(LintRule.LISTENER_NOT_NEEDED, config.key(), at + ".localPort",
                    "to listen on port " + port + " the agent needs CAP_NET_BIND_SERVICE, and every peer is dialled anyway",
                    "leave it out unless a router is to open the connection"));
        }
        Map<IpAddress, String> seen = new HashMap<>();
        for (int i = 0; i < instance.peers().size(); i++) {
            peer(config, instance.peers().get(i), at + ".peers[" + i + "]", seen);
        }
    }

    private void peer(BgpClusterConfig config, BgpClusterConfig.Peer peer, String at, Map<IpAddress, String> seen) {
        IpAddress address = peer.address();
        String other = address == null ? null : seen.putIfAbsent(address, peer.name());
        if (other != null) {
            findings.add(new Finding(LintRule.PEER_ADDRESS_TWICE, config.key(), at + ".peerAddress",
                    address + " is the address of peer " + other + " too", "remove one of the two"));
        }
        String reference = peer.configRef();
        if (reference == null) {
            findings.add(new Finding(LintRule.PEER_WITHOUT_CONFIG, config.key(), at + ".peerConfigRef",
                    "is missing, so nothing is announced to peer " + peer.name(),
                    "name a CiliumBGPPeerConfig whose families select advertisements, unless routes are only to be received"));
        } else if (!input.peerConfigs().isEmpty()
                && input.peerConfigs().stream().noneMatch(known -> known.meta().name().equals(reference))) {
            findings.add(new Finding(LintRule.PEER_CONFIG_MISSING, config.key(), at + ".peerConfigRef.name",
                    "there is no CiliumBGPPeerConfig " + reference + ", so peer " + peer.name() + " gets no session",
                    "create it, or name another one"));
        }
    }

    private void peerConfigs(String secretsNamespace) {
        Set<String> used = new HashSet<>();
        input.clusterConfigs().forEach(config -> config.instances().forEach(instance -> instance.peers().forEach(peer -> {
            if (peer.configRef() != null) {
                used.add(peer.configRef());
            }
        })));
        for (BgpPeerConfig config : input.peerConfigs()) {
            if (!input.clusterConfigs().isEmpty() && !used.contains(config.meta().name())) {
                findings.add(new Finding(LintRule.PEER_CONFIG_UNUSED, config.key(), "", "no peer of a CiliumBGPClusterConfig names it",
                        "remove it, or name it in a peer's peerConfigRef"));
            }
            String secret = config.authSecretRef();
            if (secret != null && config.password() == null && !input.secrets().isEmpty()) {
                secret(config, secret, secretsNamespace);
            }
        }
    }

    private void secret(BgpPeerConfig config, String name, String namespace) {
        List<SecretObject> named = input.secrets().stream().filter(secret -> secret.meta().name().equals(name)).toList();
        List<SecretObject> there = named.stream().filter(secret -> secret.meta().namespace().equals(namespace)).toList();
        String problem;
        String remedy;
        if (there.stream().anyMatch(BgpChecks::hasPassword)) {
            return;
        } else if (!there.isEmpty()) {
            problem = "Secret " + namespace + "/" + name + " has no password in its key '" + BgpChecks.PASSWORD_KEY + "'";
            remedy = "add that key to it";
        } else if (!named.isEmpty()) {
            problem = "Secret " + name + " is in namespace " + named.getFirst().meta().namespace() + ", and is looked for in " + namespace;
            remedy = "move it, or set roadstead.bgp.secrets-namespace";
        } else {
            problem = "there is no Secret " + namespace + "/" + name;
            remedy = "create it with a key '" + BgpChecks.PASSWORD_KEY + "'";
        }
        findings.add(new Finding(LintRule.AUTH_SECRET_MISSING, config.key(), "spec.authSecretRef", problem, remedy));
    }
}
