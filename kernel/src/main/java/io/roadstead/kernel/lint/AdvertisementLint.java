package io.roadstead.kernel.lint;

import java.util.List;
import java.util.Set;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.meta.LabelSelector;

/** Advertisements, and the families of peer configurations that select them. */
final class AdvertisementLint {

    /** Types that announce what a selector selects; Pod CIDRs need none, and what another type needs is its plugin's to know. */
    private static final Set<String> SELECTING = Set.of(BgpAdvertisement.Entry.SERVICE, "CiliumPodIPPool");

    private AdvertisementLint() {
    }

    static void check(LintInput input, List<Finding> findings) {
        for (BgpAdvertisement advertisement : input.advertisements()) {
            withoutSelector(advertisement, findings);
            if (!input.peerConfigs().isEmpty() && input.peerConfigs().stream().noneMatch(config -> selects(config, advertisement))) {
                findings.add(new Finding(LintRule.ADVERTISEMENT_UNUSED, advertisement.key(), "metadata.labels",
                        "no family of any CiliumBGPPeerConfig selects it, so nobody is told what it announces",
                        "give it labels that spec.families[].advertisements of a CiliumBGPPeerConfig selects"));
            }
        }
        input.peerConfigs().forEach(config -> families(config, input.advertisements(), findings));
    }

    private static void withoutSelector(BgpAdvertisement advertisement, List<Finding> findings) {
        for (int i = 0; i < advertisement.entries().size(); i++) {
            BgpAdvertisement.Entry entry = advertisement.entries().get(i);
            if (entry.selector() == null && SELECTING.contains(entry.type())) {
                findings.add(
                        new Finding(LintRule.ADVERTISEMENT_SELECTS_NOTHING, advertisement.key(), "spec.advertisements[" + i + "].selector",
                                "is missing, and without it a " + entry.type() + " item selects nothing",
                                "name the labels of what is to be announced; an empty selector {} selects all"));
            }
        }
    }

    private static boolean selects(BgpPeerConfig config, BgpAdvertisement advertisement) {
        return config.families().stream().map(BgpPeerConfig.Family::advertisements)
                .anyMatch(selector -> selector != null && selector.matches(advertisement.meta().labels()));
    }

    private static void families(BgpPeerConfig config, List<BgpAdvertisement> advertisements, List<Finding> findings) {
        if (config.families().isEmpty()) {
            findings.add(new Finding(LintRule.FAMILY_ADVERTISES_NOTHING, config.key(), "spec.families",
                    "is missing: both families are negotiated, and nothing is announced in either",
                    "list the families, each with a selector 'advertisements'"));
        }
        for (int i = 0; i < config.families().size(); i++) {
            LabelSelector selector = config.families().get(i).advertisements();
            String field = "spec.families[" + i + "].advertisements";
            if (selector == null) {
                findings.add(new Finding(LintRule.FAMILY_ADVERTISES_NOTHING, config.key(), field,
                        "is missing, so nothing is announced in " + config.families().get(i).afiSafi(),
                        "select CiliumBGPAdvertisements by their labels, unless routes are only to be received"));
            } else if (!advertisements.isEmpty()
                    && advertisements.stream().noneMatch(advertisement -> selector.matches(advertisement.meta().labels()))) {
                findings.add(new Finding(LintRule.FAMILY_MATCHES_NO_ADVERTISEMENT, config.key(), field,
                        "no CiliumBGPAdvertisement has labels that match " + selector,
                        "compare with metadata.labels of the advertisements"));
            }
        }
    }
}
