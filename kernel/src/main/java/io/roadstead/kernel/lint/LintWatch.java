package io.roadstead.kernel.lint;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.pool.LoadBalancerIpPool;
import io.roadstead.api.time.Loop;
import io.roadstead.kernel.cluster.ChangeSet;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.config.ConfigResources;

/**
 * What is probably not meant in the cluster that the agent runs in. Confined to the control loop. Looks only when somebody asks or a change has come to rest, and
 * only when an object of a kind that plays a part has changed since: never on the way of a change to the routers.
 */
public final class LintWatch {

    private static final Logger log = LoggerFactory.getLogger(LintWatch.class);

    /** A line each; the rest is a number. */
    static final int SHOWN = 10;
    /** Several objects are seldom applied as one change: what the first lacks the second may bring. */
    static final Duration REST = Duration.ofSeconds(10);

    private static final Set<String> KINDS =
            Set.of(BgpAdvertisement.KIND, BgpPeerConfig.KIND, LoadBalancerIpPool.KIND, Node.KIND, CiliumNode.KIND);

    private final Loop control;
    private final ClusterState cluster;
    private List<Finding> findings = List.of();
    private Set<String> logged = Set.of();
    private boolean stale = true;
    private boolean scheduled;
    private boolean synced;

    public LintWatch(Loop control, ClusterState cluster) {
        this.control = control;
        this.cluster = cluster;
    }

    /** Watches from now on. */
    public void start() {
        cluster.listen((changes, view) -> changed(changes));
    }

    private void changed(ChangeSet changes) {
        boolean began = changes.synced() && !synced;
        synced = changes.synced();
        boolean concerned = changes.keys().stream().anyMatch(key -> KINDS.contains(key.kind()));
        stale |= concerned;
        if (synced && (concerned || began) && !scheduled) {
            scheduled = true;
            control.schedule(REST, this::report);
        }
    }

    private void report() {
        scheduled = false;
        List<String> all = problems();
        all.stream().filter(problem -> !logged.contains(problem)).forEach(problem -> log.warn("needs attention problem=\"{}\"", problem));
        logged = new HashSet<>(all);
    }

    /** What is in the log and has not been put right since. */
    Set<String> logged() {
        return logged;
    }

    /** At most a screen of clauses with their remedies; none before the cluster's objects have been read completely. */
    public List<String> problems() {
        if (!cluster.synced()) {
            return List.of();
        }
        if (stale) {
            stale = false;
            findings = ResourceLint.live(LintInput.of(cluster.view())).stream().filter(finding -> !deliberate(finding)).toList();
        }
        List<String> problems = new ArrayList<>();
        int policies = cluster.ignored().getOrDefault(FormerKinds.PEERING_POLICY, 0);
        if (policies > 0) {
            problems.add(FormerKinds.ignored(policies));
        }
        findings.stream().limit(SHOWN).map(Finding::toString).forEach(problems::add);
        if (findings.size() > SHOWN) {
            problems.add((findings.size() - SHOWN) + " more objects need attention; roadstead config check --manifests shows all");
        }
        return problems;
    }

    /** A peer of the configuration file to which nothing is announced: there nothing can be misspelled. */
    private static boolean deliberate(Finding finding) {
        return finding.rule() == LintRule.FAMILY_MATCHES_NO_ADVERTISEMENT && finding.subject().name().startsWith(ConfigResources.PREFIX);
    }
}
