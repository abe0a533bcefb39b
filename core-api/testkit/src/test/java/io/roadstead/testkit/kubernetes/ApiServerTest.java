package io.roadstead.testkit.kubernetes;

import static io.roadstead.testkit.kubernetes.Client.MERGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What objects go through: creation, conflicts, status, deletion. */
class ApiServerTest {

    private static final String SERVICES = "/api/v1/namespaces/default/services";

    private final ApiServer server = ApiServer.start();
    private final Client client = new Client(server);

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private Client.Answer create(String name) {
        return client.post(SERVICES, "{metadata: {name: " + name + "}, spec: {type: LoadBalancer, ports: [{port: 80}]}}");
    }

    @Test
    void givesANewObjectWhatOnlyTheServerKnows() {
        var created = create("web");

        assertThat(created.status()).isEqualTo(201);
        var metadata = created.body().path("metadata");
        assertThat(metadata.path("uid").asText()).hasSize(36);
        assertThat(metadata.path("creationTimestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(metadata.path("namespace").asText()).isEqualTo("default");
        assertThat(created.body().path("kind").asText()).isEqualTo("Service");
        var spec = created.body().path("spec");
        assertThat(spec.path("clusterIP").asText()).startsWith("10.96.").isEqualTo(spec.at("/clusterIPs/0").asText());
        assertThat(spec.at("/ports/0/nodePort").asInt()).isBetween(30000, 32767);
        assertThat(spec.at("/ports/0/targetPort").asInt()).isEqualTo(80);
        assertThat(client.get(SERVICES + "/web").body()).isEqualTo(created.body());
    }

    @Test
    void refusesWhatIsThereMissingOrInvalidWithTheApisOwnWords() {
        create("web");

        var twice = create("web");
        var missing = client.get(SERVICES + "/api");
        var invalid = client.post(SERVICES, "{metadata: {name: api}, spec: {type: Sometimes, ports: [{port: 80}]}}");
        var noPorts = client.post(SERVICES, "{metadata: {name: api}}");
        var nowhere = client.post("/api/v1/namespaces/nowhere/services", "{metadata: {name: api}, spec: {ports: [{port: 80}]}}");
        var unknown = client.get("/apis/example.com/v1/things");

        assertThat(twice.status() + " " + twice.reason() + ": " + twice.message())
                .isEqualTo("409 AlreadyExists: services \"web\" already exists");
        assertThat(missing.status() + " " + missing.reason() + ": " + missing.message())
                .isEqualTo("404 NotFound: services \"api\" not found");
        assertThat(missing.body().at("/details/kind").asText()).isEqualTo("services");
        assertThat(invalid.status() + " " + invalid.reason()).isEqualTo("422 Invalid");
        assertThat(invalid.message()).startsWith("Service \"api\" is invalid: spec.type: Unsupported value: \"Sometimes\"");
        assertThat(noPorts.body().at("/details/causes/0/field").asText()).isEqualTo("spec.ports");
        assertThat(nowhere.status() + " " + nowhere.message()).isEqualTo("404 namespaces \"nowhere\" not found");
        assertThat(unknown.status() + " " + unknown.message()).isEqualTo("404 the server could not find the requested resource");
    }

    @Test
    void refusesAReplacementOfAnOlderVersion() {
        ObjectNode first = create("web").body().deepCopy();
        var second = client.patch(SERVICES + "/web", MERGE, "{metadata: {labels: {a: b}}}");

        var late = client.put(SERVICES + "/web", first);
        var lateStatus = client.put(SERVICES + "/web/status", first);
        var timely = client.put(SERVICES + "/web", second.body());

        assertThat(late.status() + " " + late.reason()).isEqualTo("409 Conflict");
        assertThat(late.message()).isEqualTo("Operation cannot be fulfilled on services \"web\": the object has been modified; "
                + "please apply your changes to the latest version and try again");
        assertThat(lateStatus.status()).isEqualTo(409);
        assertThat(timely.status()).isEqualTo(200);
    }

    @Test
    void aWriteThatChangesNothingMakesNoVersion() {
        var created = create("web");

        var same = client.put(SERVICES + "/web", created.body());
        var patched = client.patch(SERVICES + "/web", MERGE, "{spec: {type: LoadBalancer}}");

        assertThat(same.version()).isEqualTo(created.version());
        assertThat(patched.version()).isEqualTo(created.version());
        assertThat(server.version()).isEqualTo(Long.parseLong(created.version()));
    }

    @Test
    void statusIsWrittenOnlyThroughItsSubresource() {
        create("web");

        var main = client.patch(SERVICES + "/web", MERGE,
                "{metadata: {labels: {a: b}}, status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}}");
        var status = client.patch(SERVICES + "/web/status", MERGE,
                "{spec: {type: ClusterIP}, status: {loadBalancer: {ingress: [{ip: 192.0.2.2}]}}}");

        assertThat(main.body().at("/status/loadBalancer/ingress")).isEmpty();
        assertThat(main.body().at("/metadata/labels/a").asText()).isEqualTo("b");
        assertThat(status.body().at("/status/loadBalancer/ingress/0/ip").asText()).isEqualTo("192.0.2.2");
        assertThat(status.body().at("/spec/type").asText()).isEqualTo("LoadBalancer");
    }

    @Test
    void keepsAnIngressAddressForServicesOfTypeLoadBalancer() {
        client.post(SERVICES, "{metadata: {name: inner}, spec: {ports: [{port: 80}]}}");

        var refused = client.patch(SERVICES + "/inner/status", MERGE, "{status: {loadBalancer: {ingress: [{ip: 192.0.2.2}]}}}");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body().at("/details/causes/0/field").asText()).isEqualTo("status.loadBalancer.ingress");
    }

    @Test
    void anObjectWithFinalizersStaysMarkedUntilTheyAreGone() {
        client.post(SERVICES, "{metadata: {name: web, finalizers: [example.com/x]}, spec: {ports: [{port: 80}]}}");

        client.delete(SERVICES + "/web");

        assertThat(client.get(SERVICES + "/web").body().path("metadata").has("deletionTimestamp")).isTrue();
        client.patch(SERVICES + "/web", MERGE, "{metadata: {finalizers: null}}");
        assertThat(client.get(SERVICES + "/web").status()).isEqualTo(404);
    }

    @Test
    void aLeaseThatWasDeletedIsNotMadeByAnUpdateOfIt() {
        var leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
        var lease = client.post(leases, "{metadata: {name: l}, spec: {holderIdentity: a}}");
        ObjectNode unidentified = lease.body().deepCopy();
        Json.child(unidentified, "metadata").remove("uid");
        server.objects().delete("leases.coordination.k8s.io", "kube-system", "l");

        var refused = client.put(leases + "/l", lease.body());

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("message").asText()).contains("Precondition failed: UID in precondition: ");
        assertThat(client.put(leases + "/l", unidentified).status()).as("as an API server does, whatever version it names").isEqualTo(201);
    }

    @Test
    void aLeaseWantsTheVersionAndTimesInMicroseconds() {
        var leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
        var seconds = client.post(leases, "{metadata: {name: l}, spec: {holderIdentity: a, renewTime: '2026-01-01T00:00:00Z'}}");
        var lease = client.post(leases, "{metadata: {name: l}, spec: {holderIdentity: a, renewTime: '2026-01-01T00:00:00.000000Z'}}");
        ObjectNode blind = lease.body().deepCopy();
        Json.child(blind, "metadata").remove("resourceVersion");

        assertThat(seconds.status()).isEqualTo(400);
        assertThat(lease.status()).isEqualTo(201);
        assertThat(client.put(leases + "/l", blind).status()).isEqualTo(422);
        assertThat(client.put(leases + "/l", lease.body()).status()).isEqualTo(200);
    }

    @Test
    void eventsOfBothGroupsAreTheSame() {
        client.post("/apis/events.k8s.io/v1/namespaces/default/events",
                "{metadata: {name: e}, reportingController: r, reportingInstance: i, action: a, reason: b, type: Normal, note: hello, "
                        + "eventTime: '2026-01-01T00:00:00.000000Z', regarding: {kind: Service, name: web, namespace: default}}");

        var core = client.get("/api/v1/namespaces/default/events/e").body();

        assertThat(core.path("message").asText()).isEqualTo("hello");
        assertThat(core.at("/involvedObject/name").asText()).isEqualTo("web");
        assertThat(client.get("/apis/events.k8s.io/v1/events").body().at("/items/0/note").asText()).isEqualTo("hello");
    }

    @Test
    void dryRunAnswersAndStoresNothing() {
        long before = server.version();

        var answer = client.post(SERVICES + "?dryRun=All", "{metadata: {name: web}, spec: {ports: [{port: 80}]}}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(server.version()).isEqualTo(before);
        assertThat(client.get(SERVICES + "/web").status()).isEqualTo(404);
    }
}
