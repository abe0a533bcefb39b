package io.roadstead.plugin.kubernetes.write;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.plugin.kubernetes.call.ApiReply;
import io.roadstead.plugin.kubernetes.call.Trees;

/** Which writes are refused, and why: rights by permission, the server as a whole, the rest by object. Changed on the sink's loop, read on any thread. */
final class WriteProblems {
    private static final int MOST_OBJECTS = 20;

    private final Map<String, SourceProblem> byPermission = new LinkedHashMap<>();
    private final Map<ResourceKey, SourceProblem> byObject = new LinkedHashMap<>();
    private @Nullable SourceProblem ofServer;
    private volatile List<SourceProblem> all = List.of();

    List<SourceProblem> all() {
        return all;
    }

    /** Nothing is written for now. */
    void waits(ApiReply reply) {
        ofServer = new SourceProblem("status", "",
                "no statuses are written, the API server answers " + reply.code() + ": " + reply.problem(),
                "relieve it, or give the agent's account a flow schema of its own; it is tried again", false);
        publish();
    }

    void goesOn() {
        if (ofServer != null) {
            ofServer = null;
            publish();
        }
    }

    void forbidden(String permission, ApiReply reply) {
        byPermission.put(permission, new SourceProblem("status", "", "may not " + permission + ": " + reply.problem(),
                "grant it to the agent's service account; it is tried again every five minutes", false));
        publish();
    }

    void refused(ResourceKey key, ApiReply reply, String remedy) {
        String field = Trees.list(Trees.map(reply.body().get("details")).get("causes")).stream()
                .map(cause -> Trees.text(Trees.map(cause).get("field"))).findFirst().orElse("");
        byObject.put(key, new SourceProblem(key.toString(), field, "its status is refused: " + reply.problem(), remedy, false));
        publish();
    }

    void allowed(String permission) {
        if (byPermission.remove(permission) != null) {
            publish();
        }
    }

    void settled(ResourceKey key) {
        if (byObject.remove(key) != null) {
            publish();
        }
    }

    private void publish() {
        List<SourceProblem> list = new ArrayList<>(byPermission.values());
        if (ofServer != null) {
            list.add(ofServer);
        }
        byObject.values().stream().limit(MOST_OBJECTS).forEach(list::add);
        if (byObject.size() > MOST_OBJECTS) {
            list.add(
                    new SourceProblem("status", "", "the statuses of " + (byObject.size() - MOST_OBJECTS) + " more objects are refused", "",
                            false));
        }
        all = List.copyOf(list);
    }
}
