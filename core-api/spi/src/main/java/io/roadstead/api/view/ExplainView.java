package io.roadstead.api.view;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.route.Reason;

/**
 * Why something is, or is not, announced from this node.
 *
 * @param subject what was asked about
 * @param facts   what is known of the subject itself, one clause each: addresses, policy, endpoints per node
 * @param rows    one per peer, prefix and advertisement; one without a peer when no session exists at all
 */
public record ExplainView(String node, String subject, List<String> facts, List<Row> rows) {
    public ExplainView {
        facts = List.copyOf(facts);
        rows = List.copyOf(rows);
    }

    /**
     * One answer.
     *
     * @param instance      empty when the node has none
     * @param peer          empty when there is none
     * @param prefix        null when the subject has none
     * @param variant       {@code LoadBalancerIP} …; may be empty
     * @param advertisement the advertisement that was looked at; empty when none was selected
     * @param announced     whether the peer has been told
     * @param attributes    what it was told; null when not announced
     */
    public record Row(String instance, String peer, @Nullable IpPrefix prefix, String variant, String advertisement, boolean announced,
            Reason reason, @Nullable RouteAttributes attributes) {
    }
}
