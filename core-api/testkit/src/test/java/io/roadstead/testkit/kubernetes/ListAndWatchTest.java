package io.roadstead.testkit.kubernetes;

import static io.roadstead.testkit.kubernetes.Client.MERGE;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListAndWatchTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private final ApiServer server = ApiServer.start();
    private final Client client = new Client(server);

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private String create(String name, String labels) {
        return client.post(MAPS, "{metadata: {name: " + name + ", labels: {" + labels + "}}}").version();
    }

    private static List<String> names(JsonNode list) {
        return Json.elements(list.path("items")).map(item -> item.at("/metadata/name").asText()).toList();
    }

    @Test
    void pagesShowTheListAsItWasAtTheFirst() {
        for (var name : List.of("a", "b", "c", "d", "e")) {
            create(name, "");
        }

        var first = client.get(MAPS + "?limit=2");
        client.delete(MAPS + "/c");
        create("cc", "");
        var all = new ArrayList<>(names(first.body()));
        var page = first;
        while (page.body().path("metadata").has("continue")) {
            page = client.get(MAPS + "?limit=2&continue=" + page.body().at("/metadata/continue").asText());
            assertThat(page.version()).isEqualTo(first.version());
            all.addAll(names(page.body()));
        }

        assertThat(all).containsExactly("a", "b", "c", "d", "e");
        assertThat(first.body().at("/metadata/remainingItemCount").asInt()).isEqualTo(3);
        assertThat(first.body().at("/items/0").has("kind")).as("items of built-in lists name no kind").isFalse();
        assertThat(names(client.get(MAPS).body())).containsExactly("a", "b", "cc", "d", "e");
    }

    @Test
    void aPageFromBeforeTheHistoryIsGone() {
        create("a", "");
        create("b", "");
        var first = client.get(MAPS + "?limit=1");

        server.expireHistory();
        var second = client.get(MAPS + "?limit=1&continue=" + first.body().at("/metadata/continue").asText());

        assertThat(second.status() + " " + second.reason()).isEqualTo("410 Expired");
        assertThat(client.get(MAPS + "?continue=nonsense").status()).isEqualTo(400);
    }

    @Test
    void aVersionIsAFloorUnlessTheListAsksForThatOne() {
        var a = create("a", "");
        create("b", "");

        assertThat(names(client.get(MAPS + "?resourceVersion=" + a).body())).containsExactly("a", "b");
        assertThat(names(client.get(MAPS + "?resourceVersion=" + a + "&resourceVersionMatch=Exact").body())).containsExactly("a");
        assertThat(names(client.get(MAPS + "?resourceVersion=0&limit=1").body())).as("no pages from the cache").containsExactly("a", "b");
        var future = client.get(MAPS + "?resourceVersion=99999");
        assertThat(future.status() + " " + future.reason()).isEqualTo("504 Timeout");
    }

    @Test
    void selectsByLabelsAndFields() {
        create("a", "app: web, tier: front");
        create("b", "app: api");
        create("c", "");

        assertThat(names(client.get(MAPS + "?labelSelector=app%3Dweb").body())).containsExactly("a");
        assertThat(names(client.get(MAPS + "?labelSelector=app+in+(web,api),tier+notin+(front)").body())).containsExactly("b");
        assertThat(names(client.get(MAPS + "?labelSelector=!app").body())).containsExactly("c");
        assertThat(names(client.get(MAPS + "?labelSelector=app,app!%3Dweb").body())).containsExactly("b");
        assertThat(names(client.get(MAPS + "?fieldSelector=metadata.name%3Db").body())).containsExactly("b");
        assertThat(client.get(MAPS + "?fieldSelector=spec.color%3Db").status()).isEqualTo(400);
        assertThat(client.get(MAPS + "?labelSelector=a%3Db%3Dc").status()).isEqualTo(400);
    }

    @Test
    void aWatchReplaysFromItsVersionAndGoesOn() throws IOException {
        var a = create("a", "");
        create("b", "");

        try (var events = client.watch(MAPS + "?watch=true&resourceVersion=" + a)) {
            assertThat(events.next()).isEqualTo("ADDED b");
            client.patch(MAPS + "/a", MERGE, "{data: {k: v}}");
            assertThat(events.next()).isEqualTo("MODIFIED a");
            client.delete(MAPS + "/b");
            var deleted = events.nextEvent();
            assertThat(deleted).isNotNull();
            assertThat(deleted.at("/object/metadata/resourceVersion").asLong()).isEqualTo(server.version());
        }
        eventually(SOON, () -> assertThat(server.openWatches()).isZero());
    }

    @Test
    void aWatchWithoutAVersionBeginsWithWhatIsThere() throws IOException {
        create("a", "");

        try (var events = client.watch(MAPS + "?watch=true")) {
            assertThat(events.next()).isEqualTo("ADDED a");
        }
        try (var events =
                client.watch(MAPS + "?watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan")) {
            assertThat(events.next()).isEqualTo("ADDED a");
            assertThat(events.nextEvent()).asString().contains("initial-events-end");
        }
    }

    @Test
    void anObjectEntersAndLeavesASelection() throws IOException {
        var a = create("a", "");

        try (var events = client.watch(MAPS + "?watch=true&labelSelector=in&resourceVersion=" + a)) {
            client.patch(MAPS + "/a", MERGE, "{metadata: {labels: {in: ''}}}");
            assertThat(events.next()).isEqualTo("ADDED a");
            client.patch(MAPS + "/a", MERGE, "{data: {k: v}}");
            assertThat(events.next()).isEqualTo("MODIFIED a");
            client.patch(MAPS + "/a", MERGE, "{metadata: {labels: null}}");
            assertThat(events.next()).isEqualTo("DELETED a");
            client.delete(MAPS + "/a");
            create("z", "in: ''");
            assertThat(events.next()).isEqualTo("ADDED z");
        }
    }

    @Test
    void bookmarksCarryTheNewestVersionToWhoAskedForThem() throws IOException {
        var a = create("a", "");

        try (var with = client.watch(MAPS + "?watch=true&allowWatchBookmarks=true&resourceVersion=" + a);
                var without = client.watch(MAPS + "?watch=true&resourceVersion=" + a)) {
            client.post("/api/v1/namespaces/default/secrets", "{metadata: {name: s}}");
            eventually(SOON, () -> assertThat(server.openWatches()).isEqualTo(2));
            server.sendBookmarks();
            var bookmark = with.nextEvent();
            assertThat(bookmark).isNotNull();
            assertThat(bookmark.path("type").asText()).isEqualTo("BOOKMARK");
            assertThat(bookmark.at("/object/metadata/resourceVersion").asLong()).isEqualTo(server.version());
            create("b", "");
            assertThat(without.next()).isEqualTo("ADDED b");
        }
    }

    @Test
    void bookmarksComeByThemselves() throws IOException {
        try (var often = ApiServer.builder().bookmarkPeriod(Duration.ofMillis(20)).start();
                var other = new Client(often);
                var events = other.watch(MAPS + "?watch=true&allowWatchBookmarks=true")) {
            assertThat(events.next()).isEqualTo("BOOKMARK");
            assertThat(events.next()).isEqualTo("BOOKMARK");
        }
    }

    @Test
    void aWatchFromBeforeTheHistoryIsToldSo() throws IOException {
        var a = create("a", "");
        server.expireHistory();

        try (var events = client.watch(MAPS + "?watch=true&resourceVersion=" + a)) {
            assertThat(events.status()).isEqualTo(200);
            assertThat(events.next()).isEqualTo("ERROR 410");
            assertThat(events.next()).isEqualTo("end");
        }
        var fresh = client.get(MAPS).version();
        try (var events = client.watch(MAPS + "?watch=true&resourceVersion=" + fresh)) {
            create("b", "");
            assertThat(events.next()).isEqualTo("ADDED b");
        }
    }

    @Test
    void theHistoryIsAsLongAsItWasMade() throws IOException {
        try (var small = ApiServer.builder().historyLimit(3).start(); var other = new Client(small)) {
            var old = other.post(MAPS, "{metadata: {name: a}}").version();
            for (var name : List.of("b", "c", "d", "e")) {
                other.post(MAPS, "{metadata: {name: " + name + "}}");
            }

            try (var events = other.watch(MAPS + "?watch=true&resourceVersion=" + old)) {
                assertThat(events.next()).isEqualTo("ERROR 410");
            }
        }
    }

    @Test
    void aWatchEndsWithItsTime() throws IOException {
        try (var events = client.watch(MAPS + "?watch=true&timeoutSeconds=1")) {
            assertThat(events.next()).isEqualTo("end");
        }
        assertThat(client.get(MAPS).status()).isEqualTo(200);
    }

    @Test
    void watchesAreCutEndedAndFrozen() throws IOException {
        try (var cut = client.watch(MAPS + "?watch=true")) {
            eventually(SOON, () -> assertThat(server.openWatches()).isEqualTo(1));
            server.faults().cutWatches();
            assertThatThrownBy(cut::next).isInstanceOf(IOException.class);
        }
        try (var ended = client.watch(MAPS + "?watch=true")) {
            eventually(SOON, () -> assertThat(server.openWatches()).isEqualTo(1));
            server.faults().endWatches();
            assertThat(ended.next()).isEqualTo("end");
        }
        try (var frozen = client.watch(MAPS + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=1")) {
            eventually(SOON, () -> assertThat(server.openWatches()).isEqualTo(1));
            server.faults().freezeWatches();
            create("a", "");
            server.sendBookmarks();
            server.faults().cutConnections();
            assertThatThrownBy(frozen::next).as("nothing was sent before the cut").isInstanceOf(IOException.class);
        }
        eventually(SOON, () -> assertThat(server.openWatches()).isZero());
    }
}
