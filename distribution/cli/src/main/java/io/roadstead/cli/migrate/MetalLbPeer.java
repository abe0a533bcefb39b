package io.roadstead.cli.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.RouterId;
import io.roadstead.cli.manifest.Manifest;
import io.roadstead.kernel.resource.Tree;

/**
 * MetalLB's BGPPeer, as far as it has an equivalent.
 *
 * @param peerAsn       zero takes any
 * @param nodeSelectors any of them; none means all nodes
 * @param config        what of a CiliumBGPPeerConfig's spec it says beside families, in that shape
 * @param families      of routes that are exchanged
 */
record MetalLbPeer(Manifest manifest, String name, long myAsn, long peerAsn, IpAddress address, @Nullable IpAddress source,
        @Nullable RouterId routerId, List<LabelSelector> nodeSelectors, Map<String, Object> config, List<AddressFamily> families) {

    private static final long MAX_ASN = 0xffff_ffffL;
    private static final Set<String> KNOWN =
            Set.of("myASN", "peerASN", "dynamicASN", "peerAddress", "peerPort", "sourceAddress", "holdTime",
                    "keepaliveTime", "connectTime", "routerID", "nodeSelectors", "password", "passwordSecret", "bfdProfile",
                    "enableGracefulRestart",
                    "ebgpMultiHop", "vrf", "disableMP", "dualStackAddressFamily", "interface");

    /** Reads one; null when it is wrong or cannot be a peer here, which is remarked. */
    static @Nullable MetalLbPeer read(Manifest manifest, Draft draft) {
        return draft.read(manifest, root -> new Reader(manifest, draft, root.at("spec")).peer(root.at("metadata").at("name").name()));
    }

    private record Reader(Manifest manifest, Draft draft, Tree spec) {

        @Nullable
        MetalLbPeer peer(String name) {
            draft.unknown(manifest, spec, "spec", KNOWN);
            String vrf = spec.at("vrf").text("");
            String link = spec.at("interface").text("");
            if (!vrf.isEmpty() || !link.isEmpty()) {
                draft.lost(manifest, vrf.isEmpty() ? "spec.interface" : "spec.vrf",
                        vrf.isEmpty() ? "sessions without a peer's address are not supported" : "sessions within a VRF are not supported",
                        "the peer is left out");
                return null;
            }
            if (!spec.at("bfdProfile").text("").isEmpty()) {
                draft.lost(manifest, "spec.bfdProfile", "BFD is not supported", "short timers find a dead router within seconds");
            }
            spec.at("peerAddress").text();
            IpAddress address = spec.at("peerAddress").parsed(IpAddress::parse);
            if (!spec.at("myASN").present()) {
                spec.at("myASN").fault("is missing", "");
            }
            long own = spec.at("myASN").number(1, MAX_ASN, 1);
            return address == null
                    ? null
                    : new MetalLbPeer(manifest, name, own, peerAsn(own), address, spec.at("sourceAddress").parsed(IpAddress::parse),
                            spec.at("routerID").parsed(RouterId::parse), selectors(spec.at("nodeSelectors")), config(name),
                            families(address));
        }

        private long peerAsn(long own) {
            String dynamic = spec.at("dynamicASN").word(List.of("internal", "external"), text -> text, "");
            if (dynamic.equals("external")) {
                draft.hint(manifest, "spec.dynamicASN", "becomes peerASN 0, which takes any AS, the own one too", "");
                return 0;
            }
            if (dynamic.isEmpty() && !spec.at("peerASN").present()) {
                spec.at("peerASN").fault("is missing", "it or dynamicASN says who the peer is");
            }
            return dynamic.equals("internal") ? own : spec.at("peerASN").number(1, MAX_ASN, 0);
        }

        private Map<String, Object> config(String name) {
            Map<String, Object> config = new LinkedHashMap<>();
            int port = spec.at("peerPort").integer(0, 65535, 179);
            if (port != 0 && port != 179) {
                config.put("transport", Map.of("peerPort", port));
            }
            Map<String, Object> timers = timers();
            if (!timers.isEmpty()) {
                config.put("timers", timers);
            }
            password(name, config);
            if (spec.at("enableGracefulRestart").flag(false)) {
                config.put("gracefulRestart", Map.of("enabled", true));
            }
            if (spec.at("ebgpMultiHop").flag(false)) {
                config.put("ebgpMultihop", 255);
            }
            return config;
        }

        private Map<String, Object> timers() {
            Map<String, Object> timers = new LinkedHashMap<>();
            Long retry = spec.at("connectTime").parsed(GoDuration::seconds);
            if (retry != null) {
                timers.put("connectRetryTimeSeconds", Math.clamp(retry, 1, 65535));
            }
            Long hold = spec.at("holdTime").parsed(GoDuration::seconds);
            Long keepalive = spec.at("keepaliveTime").parsed(GoDuration::seconds);
            if (hold != null && hold == 0) {
                draft.lost(manifest, "spec.holdTime", "a session without keepalives is not supported", "the default is 90 s");
            } else if (hold != null) {
                long bounded = Math.clamp(hold, 3, 65535);
                timers.put("holdTimeSeconds", bounded);
                timers.put("keepAliveTimeSeconds", Math.clamp(keepalive == null ? bounded / 3 : keepalive, 1, bounded));
            } else if (keepalive != null) {
                timers.put("keepAliveTimeSeconds", Math.clamp(keepalive, 1, 90));
            }
            return timers;
        }

        private void password(String name, Map<String, Object> config) {
            String secret = spec.at("passwordSecret").at("name").text("");
            if (!secret.isEmpty()) {
                config.put("authSecretRef", secret);
                draft.hint(manifest, "spec.passwordSecret",
                        "Secret " + secret + " has to be in the namespace roadstead.bgp.secrets-namespace",
                        "copy it there; its key 'password' is the same");
            } else if (!spec.at("password").text("").isEmpty()) {
                String made = Names.objectName("bgp-password-" + name);
                config.put("authSecretRef", made);
                draft.hint(manifest, "spec.password", "is not copied: passwords are in Secrets",
                        "create Secret " + made + " with key 'password' in the namespace roadstead.bgp.secrets-namespace");
            }
        }

        /** Both, as MetalLB did without saying, unless it was told that a session is of one. */
        private List<AddressFamily> families(IpAddress address) {
            boolean one = spec.at("disableMP").flag(false) || Boolean.FALSE.equals(spec.at("dualStackAddressFamily").flagOrNull());
            return one ? List.of(address.family()) : List.of(AddressFamily.IPV4, AddressFamily.IPV6);
        }
    }

    /** A list of selectors, any of which selects. */
    static List<LabelSelector> selectors(Tree list) {
        List<LabelSelector> selectors = new ArrayList<>();
        for (Tree item : list.items()) {
            LabelSelector selector = item.selector();
            if (selector != null) {
                selectors.add(selector);
            }
        }
        return selectors;
    }
}
