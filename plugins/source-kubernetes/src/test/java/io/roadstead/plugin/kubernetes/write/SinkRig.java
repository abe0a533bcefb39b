package io.roadstead.plugin.kubernetes.write;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.plugin.kubernetes.call.ApiRequest;
import io.roadstead.plugin.kubernetes.call.CallsFixture;
import io.roadstead.plugin.kubernetes.lead.Fence;
import io.roadstead.testkit.ManualScheduler;
import io.roadstead.testkit.kubernetes.ApiServer;

/** A sink in front of an API server, in time that the test moves. Its reader is the test as well: it tells the sink what the server has. */
final class SinkRig implements AutoCloseable {
    static final String NODE = "k8s-w1";
    static final StatusConfig CONFIG = new StatusConfig(10, 50);
    static final Condition SATISFIED = new Condition("cilium.io/IPAMRequestSatisfied", Condition.Status.TRUE, "satisfied", "");
    private static final ObjectMapper JSON = new ObjectMapper();

    final ManualScheduler time = new ManualScheduler();
    final CallsFixture api;
    final ManualFence fence = new ManualFence();
    StatusSink sink;

    /** A lease that a test gives and takes. */
    static final class ManualFence implements Fence {
        long term = 1;
        boolean valid = true;

        @Override
        public boolean possible() {
            return true;
        }

        @Override
        public long term() {
            return term;
        }

        @Override
        public boolean valid() {
            return term != 0 && valid;
        }
    }

    SinkRig() {
        this(new CallsFixture().withDefinitions());
    }

    SinkRig(CallsFixture api) {
        this.api = api;
        this.sink = newSink();
    }

    ApiServer server() {
        return api.server();
    }

    /** As after a restart of the agent: knows nothing. */
    void restart() {
        sink.close();
        time.runReady();
        sink = newSink();
    }

    private StatusSink newSink() {
        return new StatusSink(api, time, time.clock(), () -> Duration.between(Instant.EPOCH, time.clock().instant()).toNanos(),
                new Random(3), CONFIG,
                NODE, () -> "v2", fence);
    }

    void apply(String manifests) {
        server().objects().apply(manifests);
    }

    void service(String name) {
        apply("{apiVersion: v1, kind: Service, metadata: {name: " + name
                + "}, spec: {type: LoadBalancer, clusterIP: 10.96.0." + (name.hashCode() & 127) + ", ports: [{port: 80}]}}");
    }

    JsonNode service() {
        return server().objects().get("services", "default", "web");
    }

    /** What a reader does with an object as it is now. */
    void see(String resource, String namespace, String name) {
        sink.seen(document(server().objects().get(resource, namespace, name)));
    }

    static Map<String, ?> document(JsonNode object) {
        return JSON.convertValue(object, new TypeReference<Map<String, Object>>() {
        });
    }

    void write(StatusUpdate... updates) {
        sink.write(List.of(updates));
        time.runReady();
    }

    static ResourceKey key(String service) {
        return new ResourceKey(Service.KIND, "default", service);
    }

    static StatusUpdate.ServiceStatus status(String service, String... addresses) {
        return new StatusUpdate.ServiceStatus(key(service),
                new Service.Status(Arrays.stream(addresses).map(IpAddress::parse).toList(), List.of(SATISFIED)));
    }

    static StatusUpdate.ServiceAnnouncement announcement(String service, String message) {
        return new StatusUpdate.ServiceAnnouncement(key(service),
                new Condition(StatusUpdate.ServiceAnnouncement.TYPE, Condition.Status.TRUE, "Announced", message));
    }

    /** {@code patch /api/v1/...}, since the start or {@link CallsFixture#clear}. */
    List<String> sent() {
        return api.sent().stream().map(SinkRig::line).toList();
    }

    private static String line(ApiRequest request) {
        return request.method().verb() + " " + request.path().replace("?fieldManager=roadstead", "");
    }

    @Override
    public void close() {
        api.close();
    }
}
