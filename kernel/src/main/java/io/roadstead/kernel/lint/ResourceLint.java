package io.roadstead.kernel.lint;

import java.util.ArrayList;
import java.util.List;

/** Looks for what is probably not meant. Pure; any thread. */
public final class ResourceLint {

    private ResourceLint() {
    }

    /**
     * Everything that the rules find, ordered.
     *
     * @param secretsNamespace where the Secrets of sessions are looked for
     */
    public static List<Finding> check(LintInput input, String secretsNamespace) {
        List<Finding> findings = new ArrayList<>();
        AdvertisementLint.check(input, findings);
        PeerLint.check(input, secretsNamespace, findings);
        NodeLint.check(input, findings);
        PoolLint.check(input, findings);
        findings.sort(null);
        return findings;
    }

    /** What an agent says of the cluster it runs in; ordered. */
    static List<Finding> live(LintInput input) {
        List<Finding> findings = new ArrayList<>();
        AdvertisementLint.check(input, findings);
        PoolLint.check(input, findings);
        findings.removeIf(finding -> !finding.rule().live());
        findings.sort(null);
        return findings;
    }
}
