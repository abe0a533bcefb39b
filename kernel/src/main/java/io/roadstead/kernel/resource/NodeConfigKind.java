package io.roadstead.kernel.resource;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;

/**
 * The status of a CiliumBGPNodeConfig. Programs write it, of this release and of others: what is not known is passed over, a state that has another word, or
 * {@code unknown}, like one that is not told.
 */
final class NodeConfigKind {

    private NodeConfigKind() {
    }

    static Resource nodeConfig(Tree root, ObjectMeta meta) {
        List<List<BgpNodeConfig.Session>> instances = root.at("status")
                .object(status -> status.at("bgpInstances").items(item -> item.object(NodeConfigKind::sessions)));
        return new BgpNodeConfig(meta, instances == null ? List.of() : instances.stream().flatMap(List::stream).toList(),
                draining(root.at("status").at("conditions")));
    }

    private static boolean draining(Tree conditions) {
        return conditions.items().stream().anyMatch(
                item -> item.at("type").text("").equals(BgpNodeConfig.DRAINING) && item.at("status").text("").equals("True"));
    }

    private static List<BgpNodeConfig.Session> sessions(Tree instance) {
        String name = instance.at("name").name();
        return instance.at("peers").items(item -> item.object(peer -> session(name, peer)));
    }

    private static BgpNodeConfig.@Nullable Session session(String instance, Tree peer) {
        String name = peer.at("name").name();
        return state(peer.at("peeringState").text("")).map(state -> new BgpNodeConfig.Session(instance, name, state)).orElse(null);
    }

    private static Optional<SessionState> state(String text) {
        return Stream.of(SessionState.values()).filter(state -> state.text().equals(text)).findFirst();
    }
}
