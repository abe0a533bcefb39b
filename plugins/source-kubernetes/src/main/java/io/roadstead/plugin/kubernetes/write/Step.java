package io.roadstead.plugin.kubernetes.write;

import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.node.Node;
import io.roadstead.plugin.kubernetes.call.ApiRequest;

/** One request of the few that lead an object to what is wanted. */
record Step(Purpose purpose, ApiRequest request) {

    enum Purpose {
        /** The object as it is. */
        READ,
        /** The Node that a new CiliumBGPNodeConfig belongs to. */
        READ_NODE, CREATE, SPEC, STATUS
    }

    /** What RBAC calls it: {@code patch services/status in namespace default}. */
    String permission(ResourceKey key) {
        String resource = StatusRequests.plural(purpose == Purpose.READ_NODE ? Node.KIND : key.kind());
        String group = key.kind().startsWith("Cilium") && purpose != Purpose.READ_NODE ? ".cilium.io" : "";
        return request.method().verb() + " " + resource + group + (purpose == Purpose.STATUS ? "/status" : "")
                + (key.namespace().isEmpty() ? "" : " in namespace " + key.namespace());
    }

    static Step change(ResourceKey key, ApiRequest request) {
        boolean spec = key.kind().equals(BgpNodeConfig.KIND) && request.body() != null && request.body().containsKey("spec");
        return new Step(spec ? Purpose.SPEC : Purpose.STATUS, request);
    }
}
