package io.roadstead.testkit.kubernetes;

import static io.roadstead.testkit.kubernetes.Client.APPLY;
import static io.roadstead.testkit.kubernetes.Client.MERGE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may do what. */
class AccessTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private final ApiServer server = ApiServer.builder().rbac().token("s3cret", "system:serviceaccount:kube-system:agent")
            .token("root", "admin", "system:masters").start();
    private final Client agent = new Client(server, "s3cret");
    private final Client admin = new Client(server, "root");

    @BeforeEach
    void grant() {
        server.objects().apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: agent}
                rules:
                - {apiGroups: [""], resources: [services], verbs: [get, list, watch]}
                - {apiGroups: [""], resources: [services/status], verbs: [patch]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: agent}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: agent}
                subjects: [{kind: ServiceAccount, namespace: kube-system, name: agent}]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: agent, namespace: default}
                rules:
                - {apiGroups: [""], resources: [configmaps], resourceNames: [own], verbs: [get, list, patch]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: agent, namespace: default}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: agent}
                subjects: [{kind: ServiceAccount, namespace: kube-system, name: agent}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {type: LoadBalancer, ports: [{port: 80}]}
                """);
    }

    @AfterEach
    void close() {
        agent.close();
        admin.close();
        server.close();
    }

    @Test
    void aStrangerIsNotKnown() {
        try (var stranger = new Client(server); var wrong = new Client(server, "guess")) {
            assertThat(stranger.get("/api/v1/services").status()).isEqualTo(401);
            assertThat(wrong.get("/api/v1/services").reason()).isEqualTo("Unauthorized");
        }
    }

    @Test
    void whatNoRuleAllowsIsForbiddenAndRecorded() {
        assertThat(agent.get("/api/v1/services").status()).isEqualTo(200);
        assertThat(agent.get("/api/v1/namespaces/default/services/web").status()).isEqualTo(200);
        assertThat(agent.patch("/api/v1/namespaces/default/services/web/status", MERGE, "{}").status()).isEqualTo(200);

        var refused = agent.patch("/api/v1/namespaces/default/services/web", MERGE, "{}");
        var secrets = agent.get("/api/v1/secrets");

        assertThat(refused.message())
                .isEqualTo("services \"web\" is forbidden: User \"system:serviceaccount:kube-system:agent\" cannot patch "
                        + "resource \"services\" in API group \"\" in the namespace \"default\"");
        assertThat(secrets.status() + " " + secrets.message()).isEqualTo("403 secrets is forbidden: User "
                + "\"system:serviceaccount:kube-system:agent\" cannot list resource \"secrets\" in API group \"\" at the cluster scope");
        assertThat(server.requests().denied()).extracting(ApiRequest::verb).containsExactly("patch", "list");
        assertThat(admin.get("/api/v1/secrets").status()).isEqualTo(200);
    }

    @Test
    void aRoleIsOfItsNamespaceAndItsNames() {
        admin.post(MAPS, "{metadata: {name: own}}");

        assertThat(agent.get(MAPS + "/own").status()).isEqualTo(200);
        assertThat(agent.get(MAPS + "?fieldSelector=metadata.name%3Down").status()).isEqualTo(200);
        assertThat(agent.get(MAPS + "/other").status()).isEqualTo(403);
        assertThat(agent.get(MAPS).status()).isEqualTo(403);
        assertThat(agent.get("/api/v1/namespaces/kube-system/configmaps/own").status()).isEqualTo(403);
    }

    @Test
    void whoMayPatchButNotCreateCannotApplyWhatIsNotThere() {
        var body = "{apiVersion: v1, kind: ConfigMap, data: {a: b}}";

        assertThat(agent.patch(MAPS + "/own?fieldManager=agent", APPLY, body).status()).isEqualTo(403);
        admin.post(MAPS, "{metadata: {name: own}}");
        assertThat(agent.patch(MAPS + "/own?fieldManager=agent", APPLY, body).status()).isEqualTo(200);
    }

    @Test
    void aTokenComesAndGoes() {
        server.addToken("next", "system:serviceaccount:kube-system:agent");
        server.removeToken("s3cret");

        assertThat(agent.get("/api/v1/services").status()).isEqualTo(401);
        try (var rotated = new Client(server, "next")) {
            assertThat(rotated.get("/api/v1/services").status()).isEqualTo(200);
        }
    }

    @Test
    void discoveryIsForEveryoneWhoIsKnown() {
        assertThat(agent.get("/version").body().path("major").asText()).isEqualTo("1");
        assertThat(agent.get("/apis").body().path("groups")).isNotEmpty();
    }
}
