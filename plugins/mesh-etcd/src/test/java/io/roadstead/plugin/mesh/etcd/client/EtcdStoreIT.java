package io.roadstead.plugin.mesh.etcd.client;

import static io.roadstead.plugin.mesh.etcd.client.Fixture.SOON;
import static io.roadstead.plugin.mesh.etcd.client.Fixture.get;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.testkit.lab.Etcd;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** A store with a healthy etcd. */
class EtcdStoreIT {

    private Etcd etcd;
    private Fixture fixture;

    @BeforeAll
    static void require() {
        Labs.require(Tool.ETCD, Tool.ETCDCTL);
    }

    @BeforeEach
    void open() {
        etcd = Etcd.start();
        fixture = new Fixture();
    }

    @AfterEach
    void close() {
        if (fixture != null) {
            fixture.close();
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    @Test
    void listsAllPagesOfAPrefixAndFollowsItAlone() {
        var many = new TreeMap<String, String>();
        for (int i = 0; i < 1000; i++) {
            many.put("a/" + i, "é" + i);
        }
        etcd.put(many);
        etcd.put("ab", "no");
        var model = new Model();
        var store = fixture.open(etcd);
        store.watch("a/", model);

        eventually(SOON, model::known, many::equals);
        etcd.put("a/new", "1");
        etcd.put("a0", "no");
        etcd.put("a/new", "2");
        etcd.delete("a/1");
        many.put("a/new", "2");
        many.remove("a/1");

        eventually(SOON, model::known, many::equals);
        assertThat(model.lists()).isOne();
        assertThat(model.changes()).isEqualTo(3);
        assertThat(model.interruptions()).isZero();
        assertThat(store.status()).satisfies(status -> {
            assertThat(status.connected()).isTrue();
            assertThat(status.storeId()).isEqualTo(etcd.clusterId());
            assertThat(status.version()).startsWith("3.");
            assertThat(status.endpoints()).singleElement().satisfies(endpoint -> assertThat(endpoint.connected()).isTrue());
            assertThat(status.failures()).isZero();
        });
    }

    @Test
    void storesUnderALeaseWhatWasPutLastAndRemovesWhatWasDeleted() {
        var store = fixture.open(etcd);
        for (int i = 0; i < 2500; i++) {
            store.put("k/" + i % 1500, ("v" + i).getBytes(UTF_8));
        }
        store.delete("k/0");
        get(store.flush());

        assertThat(etcd.all("k/")).hasSize(1499).containsEntry("k/1", "v1501").containsEntry("k/1499", "v1499");
        assertThat(etcd.leases("k/").values().stream().distinct()).hasSize(2).doesNotContain(0L);
        assertThat(store.status().leases()).isEqualTo(2);
        assertThat(store.status().pendingWrites()).isZero();
        assertThat(get(store.get("k/1"))).hasValueSatisfying(value -> assertThat(value).asString(UTF_8).isEqualTo("v1501"));
        assertThat(get(store.get("k/0"))).isEmpty();

        store.close();
        assertThat(etcd.all("k/")).as("stays until the lease ends").hasSize(1499);
    }

    @Test
    void aClosedWatchHearsNothingMoreWhileTheOthersGoOn() {
        var closed = new Model();
        var open = new Model();
        var store = fixture.open(etcd);
        var registration = store.watch("a/", closed);
        store.watch("a/", open);
        eventually(SOON, () -> closed.live() && open.live(), both -> both);

        registration.close();
        etcd.put("a/1", "1");

        eventually(SOON, open::known, Map.of("a/1", "1")::equals);
        assertThat(closed.known()).isEmpty();
    }
}
