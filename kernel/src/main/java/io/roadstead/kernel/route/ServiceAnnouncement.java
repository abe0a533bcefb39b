package io.roadstead.kernel.route;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerId;

/**
 * From where a Service is announced to whom, by all nodes' decisions and by the sessions that they report. Counts of nodes above {@link #EXACT} are those that were
 * said last, see {@link Approximate}.
 *
 * @param selected    whether some node decides about any prefix of it, for or against, or may do so
 * @param nodes       of the cluster
 * @param announcing  nodes that announce something of it to some peer
 * @param peers       whom they announce to, and how many of them do
 * @param sessions    over which they do: one for each of these nodes and each of its peers
 * @param established of these sessions
 * @param unknown     of these sessions, those that no node says anything about
 * @param prefixes    that are announced by any
 * @param refusals    why nodes announce nothing of it, or not all; the one of most nodes first
 * @param undecided   types of advertisement whose advertisers can be asked on their own nodes only
 */
public record ServiceAnnouncement(boolean selected, int nodes, int announcing, SortedMap<PeerId, Integer> peers, int sessions,
        int established, int unknown,
        SortedSet<IpPrefix> prefixes, List<Refusal> refusals, SortedSet<String> undecided) {

    /** Up to so many, each node is counted. */
    public static final int EXACT = Approximate.EXACT;

    public ServiceAnnouncement {
        refusals = List.copyOf(refusals);
    }

    /**
     * Why nothing, or not everything, is announced.
     *
     * @param code    of the reason, in capitals
     * @param text    names no node
     * @param nodes   of which this is said
     * @param example one of them
     */
    public record Refusal(String code, String text, int nodes, String example) {
    }
}
