package io.roadstead.plugin.bgp.codec;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.AsPath;
import io.roadstead.api.model.bgp.Community;
import io.roadstead.api.model.bgp.LargeCommunity;
import io.roadstead.api.model.bgp.Origin;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.RouterId;

/** What the attributes of one UPDATE have said so far. */
final class ReceivedAttributes {

    @Nullable
    Origin origin;
    @Nullable
    AsPath asPath;
    @Nullable
    IpAddress nextHop;
    @Nullable
    Long med;
    @Nullable
    Long localPreference;
    boolean atomicAggregate;
    PathAttributes.@Nullable Aggregator aggregator;
    List<Community> communities = List.of();
    List<LargeCommunity> largeCommunities = List.of();
    List<Long> extendedCommunities = List.of();
    @Nullable
    RouterId originatorId;
    List<RouterId> clusterList = List.of();
    @Nullable
    AsPath as4Path;
    PathAttributes.@Nullable Aggregator as4Aggregator;
    final List<PathAttributes.UnknownAttribute> unknown = new ArrayList<>();

    /** Family of MP_REACH_NLRI once its family could be read and is negotiated. */
    @Nullable
    AfiSafi reachFamily;
    @Nullable
    IpAddress reachNextHop;
    @Nullable
    IpAddress reachLinkLocal;
    final List<IpPrefix> reach = new ArrayList<>();
    /** MP_REACH_NLRI named prefixes, of whatever family. */
    boolean reachEncoded;

    /** Family of MP_UNREACH_NLRI once its family could be read and is negotiated. */
    @Nullable
    AfiSafi unreachFamily;
    final List<IpPrefix> unreach = new ArrayList<>();
    boolean unreachEncoded;

    /** The attributes for prefixes with this next hop. Origin and AS path must be there. */
    PathAttributes with(IpAddress hop, @Nullable IpAddress linkLocal) {
        if (origin == null || asPath == null) {
            throw new IllegalStateException("mandatory attributes are checked before");
        }
        return new PathAttributes(origin, asPath, hop, linkLocal, med, localPreference, atomicAggregate, aggregator, communities,
                largeCommunities, extendedCommunities, originatorId, clusterList, unknown);
    }

    /** RFC 6793 §4.2.3: puts the four-octet numbers that came beside AS_PATH and AGGREGATOR into them. */
    void reconcile() {
        boolean aggregatedByOldSpeaker = aggregator != null && !aggregator.as().equals(AsNumber.AS_TRANS);
        if (aggregatedByOldSpeaker) {
            return;
        }
        if (aggregator != null && as4Aggregator != null) {
            aggregator = as4Aggregator;
        }
        if (asPath == null || as4Path == null || asPath.length() < as4Path.length()) {
            return;
        }
        int leading = asPath.length() - as4Path.length();
        List<AsPath.Segment> segments = new ArrayList<>();
        for (AsPath.Segment segment : asPath.segments()) {
            int length = new AsPath(List.of(segment)).length();
            if (length > 0 && leading == 0) {
                break;
            }
            if (length > leading) {
                segments.add(new AsPath.Segment(segment.type(), segment.numbers().subList(0, leading)));
                leading = 0;
            } else {
                segments.add(segment);
                leading -= length;
            }
        }
        for (AsPath.Segment segment : as4Path.segments()) {
            AsPath.Segment last = segments.isEmpty() ? null : segments.getLast();
            if (last != null && last.type() == AsPath.SegmentType.AS_SEQUENCE && segment.type() == last.type()
                    && last.numbers().size() + segment.numbers().size() <= AsPath.MAX_SEGMENT_LENGTH) {
                List<AsNumber> joined = new ArrayList<>(last.numbers());
                joined.addAll(segment.numbers());
                segments.set(segments.size() - 1, new AsPath.Segment(last.type(), joined));
            } else {
                segments.add(segment);
            }
        }
        asPath = new AsPath(segments);
    }
}
