package io.roadstead.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.StringJoiner;

import com.fasterxml.jackson.databind.JsonNode;

/** {@code roadstead mesh}: in the words of Cilium's status, a block per cluster. */
final class MeshText {

    /** How the outcome of a step that failed is spelled. */
    static final String FAILED = "failed";
    private static final String CLUSTER = "  ";
    private static final String DETAIL = "    ";

    private MeshText() {
    }

    /** {@code mesh status}. */
    static String status(Agents.Answers answers, InstantSource clock) {
        StringBuilder text = new StringBuilder();
        answers.bySocket().forEach((socket, mesh) -> {
            text.append(text.isEmpty() ? "" : "\n").append(heading(answers, socket));
            mesh(text, mesh, clock.instant());
        });
        return text.toString();
    }

    /** The line that {@code status} shows as well. */
    static String ready(long ready, long remotes) {
        return ready + "/" + remotes + " remote clusters ready";
    }

    /** Says whose block follows, where there are several. */
    static String heading(Agents.Answers answers, Path socket) {
        return answers.bySocket().size() > 1 ? socket + ":\n" : "";
    }

    private static void mesh(StringBuilder text, JsonNode mesh, Instant now) {
        if (Json.text(mesh, "backend").equals("none")) {
            text.append("ClusterMesh: none; roadstead.mesh.backend says what joins clusters\n");
            return;
        }
        long ready = 0;
        for (JsonNode remote : mesh.path("remotes")) {
            ready += remote.path("ready").asBoolean() ? 1 : 0;
        }
        text.append("ClusterMesh: ").append(ready(ready, mesh.path("remotes").size())).append('\n');
        for (JsonNode remote : mesh.path("remotes")) {
            remote(text, remote, Json.text(mesh, "backend"), now);
        }
        own(text, mesh, now);
        if (!mesh.path("problems").isEmpty()) {
            text.append("\nProblems:\n");
            mesh.path("problems").forEach(problem -> text.append("  - ").append(problem.asText()).append('\n'));
        }
    }

    private static void remote(StringBuilder text, JsonNode remote, String backend, Instant now) {
        JsonNode store = remote.path("store");
        text.append(CLUSTER).append(Json.text(remote, "name")).append(": ").append(remote.path("ready").asBoolean() ? "ready" : "not-ready")
                .append(", ").append(counts(remote.path("counts"))).append(", ")
                .append(count(Json.number(store, "failures"), "reconnection"))
                .append(" (last: ").append(store.hasNonNull("last-failure") ? ago(store.path("last-failure"), now) : "never").append(")\n");
        if (!remote.path("ready").asBoolean()) {
            detail(text, "not ready", Json.text(remote, "not-ready"));
        }
        if (remote.hasNonNull("lost-since")) {
            detail(text, "not up to date", "since " + age(remote.path("lost-since"), now) + "; what was learned before stays in force");
        }
        detail(text, backend, store(store, ""));
        if (!store.path("connected").asBoolean() && !Json.text(store, "failure").isEmpty()) {
            detail(text, "last failure", (store.hasNonNull("last-failure") ? ago(store.path("last-failure"), now) + ": " : "")
                    + Json.text(store, "failure"));
        }
        configuration(text, remote.path("configured"));
        JsonNode synced = remote.path("synced");
        detail(text, "synchronization status", new StringJoiner(", ").add("nodes=" + Json.text(synced, "nodes"))
                .add("endpoints=" + Json.text(synced, "endpoints")).add("identities=" + Json.text(synced, "identities"))
                .add("services=" + Json.text(synced, "services")).toString());
        detail(text, "heartbeat", remote.hasNonNull("heartbeat-age-seconds")
                ? Ages.of((long) (remote.path("heartbeat-age-seconds").asDouble() * 1000)) + " ago"
                : "none yet");
        refusals(text, remote);
    }

    private static void configuration(StringBuilder text, JsonNode configured) {
        StringJoiner line = new StringJoiner(", ").add("expected=" + Json.text(configured, "required"))
                .add("retrieved=" + Json.text(configured, "retrieved"));
        if (configured.path("retrieved").asBoolean()) {
            String exports = Json.text(configured, "endpoint-slices-export");
            line.add("cluster-id=" + Json.text(configured, "cluster-id"))
                    .add("kvstoremesh=" + Json.text(configured, "cached"))
                    .add("sync-canaries=" + Json.text(configured, "synced-canaries"))
                    .add("service-exports=" + Json.text(configured, "service-exports"))
                    .add("max-connected-clusters=" + Json.text(configured, "max-connected-clusters"));
            if (!exports.isEmpty()) {
                line.add("endpoint-slice-export-mode=" + exports);
            }
        }
        detail(text, "remote configuration", line.toString());
    }

    private static void refusals(StringBuilder text, JsonNode remote) {
        long refused = Json.number(remote, "refused");
        if (refused > 0) {
            detail(text, "refused keys", Long.toString(refused));
            remote.path("refusals").forEach(refusal -> text.append(DETAIL).append("  ").append(Json.text(refusal, "key")).append(": ")
                    .append(Json.text(refusal, "reason")).append('\n'));
            long others = refused - remote.path("refusals").size();
            if (others > 0) {
                text.append(DETAIL).append("  and ").append(others).append(" more\n");
            }
        }
    }

    private static void own(StringBuilder text, JsonNode mesh, Instant now) {
        text.append("Own cluster: ").append(Json.text(mesh, "cluster")).append(", id ").append(Json.text(mesh, "cluster-id")).append('\n');
        text.append(CLUSTER).append(mesh.path("publishing").asBoolean()
                ? "publishing " + counts(mesh.path("published"))
                : "not publishing: another agent of the cluster leads, or there is no store to publish in").append('\n');
        JsonNode store = mesh.path("own");
        if (store.isMissingNode()) {
            return;
        }
        detail(text, Json.text(mesh, "backend"), store(store, ", pending-writes=" + Json.text(store, "pending-writes")
                + ", refused-writes=" + Json.text(store, "refused-writes")));
        if (!Json.text(store, "write-problem").isEmpty()) {
            detail(text, "writes are refused", Json.text(store, "write-problem"));
        }
        if (!store.path("connected").asBoolean() && !Json.text(store, "failure").isEmpty()) {
            detail(text, "last failure", ago(store.path("last-failure"), now) + ": " + Json.text(store, "failure"));
        }
    }

    private static String store(JsonNode store, String more) {
        int connected = 0;
        for (JsonNode endpoint : store.path("endpoints")) {
            connected += endpoint.path("connected").asBoolean() ? 1 : 0;
        }
        String id = Json.text(store, "store-id");
        String version = Json.text(store, "version");
        return connected + "/" + store.path("endpoints").size() + " connected, leases=" + Json.text(store, "leases") + more
                + (id.isEmpty() ? "" : ", ID: " + id) + (version.isEmpty() ? "" : ", version " + version);
    }

    private static String counts(JsonNode counts) {
        return count(Json.number(counts, "nodes"), "node") + ", " + count(Json.number(counts, "endpoints"), "endpoint") + ", "
                + identities(Json.number(counts, "identities")) + ", " + count(Json.number(counts, "services"), "service");
    }

    private static String identities(long count) {
        return count + (count == 1 ? " identity" : " identities");
    }

    private static String count(long count, String singular) {
        return count + " " + singular + (count == 1 ? "" : "s");
    }

    private static String ago(JsonNode instant, Instant now) {
        return age(instant, now) + " ago";
    }

    private static String age(JsonNode instant, Instant now) {
        return Ages.of(Duration.between(Instant.parse(instant.asText()), now).toMillis());
    }

    private static void detail(StringBuilder text, String name, String value) {
        text.append(DETAIL).append(name).append(": ").append(value).append('\n');
    }

    /** {@code mesh troubleshoot}: a row per step, with the remedy below where there is one. */
    static String diagnosis(Agents.Answers answers) {
        StringBuilder text = new StringBuilder();
        answers.bySocket().forEach((socket, clusters) -> {
            Table table = new Table("Cluster", "Outcome", "Step", "Target", "Found");
            clusters.forEach(cluster -> steps(table, cluster));
            text.append(text.isEmpty() ? "" : "\n").append(heading(answers, socket)).append(table.render());
        });
        return text.toString();
    }

    private static void steps(Table table, JsonNode cluster) {
        String shownName = Json.text(cluster, "cluster");
        for (JsonNode check : cluster.path("checks")) {
            String remedy = Json.text(check, "remedy");
            table.row(shownName, word(Json.text(check, "outcome")), Json.text(check, "step"), Json.text(check, "target"),
                    Json.text(check, "found") + (remedy.isEmpty() ? "" : "\n-> " + remedy));
            shownName = "";
        }
    }

    /** What is not well stands out among small letters. */
    private static String word(String outcome) {
        return outcome.equals(FAILED) || outcome.equals("warning") ? outcome.toUpperCase(Locale.ROOT) : outcome;
    }
}
