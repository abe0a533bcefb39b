package io.roadstead.kernel.mesh.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.view.MeshView;
import io.roadstead.kernel.mesh.schema.MeshKeys;

/** Whatever becomes of a store, its links and its content: in the end the reader has what the store has. */
class RemoteReaderModelTest {

    private static final int ROUNDS = 40;
    private static final int STEPS = 40;

    private final MeshLab lab = new MeshLab();
    private final MeshLab.Writer writer;
    private FakeStore store;
    private int beat;

    RemoteReaderModelTest() {
        lab.open();
        lab.configured("west");
        store = lab.ready("west", 7);
        writer = lab.writer("west", 7);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 42, 20_261_123, -7})
    void afterAnyFaultsItHasWhatTheStoreHas(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            for (int step = 0; step < STEPS; step++) {
                step(random);
            }
            settle();
            check("seed " + seed + " round " + round);
        }
    }

    private void step(Random random) {
        int i = random.nextInt(12);
        switch (random.nextInt(16)) {
            case 0, 1 -> writer.node("n" + i, "10.7." + i + ".0/24");
            case 2 -> writer.delete(MeshKeys.node("west", "n" + i));
            case 3, 4 -> writer.service("s" + i, "10.7.1." + random.nextInt(9), "10.7.2." + random.nextInt(9));
            case 5 -> writer.delete(MeshKeys.service("west", "shop", "s" + i));
            case 6 -> writer.ip("10.7.1." + i);
            case 7 -> writer.delete("cilium/state/ip/v1/default/10.7.1." + i);
            case 8 -> writer.identity(writer.owner.firstIdentity() + 256 + i);
            case 9 -> writer.delete(MeshKeys.identity(writer.owner.firstIdentity() + 256 + i));
            case 10 -> writer.put(MeshKeys.service("west", "shop", "s" + i), "{".getBytes(UTF_8));
            case 11 -> cutOrConnect();
            case 12 -> {
                if (random.nextBoolean()) {
                    store.interrupt();
                } else {
                    store.relist();
                }
            }
            case 13 -> lab.pass(Duration.ofSeconds(random.nextInt(70)));
            case 14 -> {
                if (random.nextInt(4) == 0) {
                    emptied();
                }
            }
            default -> {
                if (random.nextInt(8) == 0) {
                    lab.open();
                    store = lab.connect("west");
                }
            }
        }
        lab.run();
    }

    private void cutOrConnect() {
        if (store.connected) {
            store.cut("link down");
        } else {
            lab.connect("west");
        }
    }

    /** Restarted with an empty directory: before its owner writes again, nothing may go. */
    private void emptied() {
        if (store.connected) {
            store.cut("restarted");
        }
        lab.run();
        Set<Resource> before = shared();
        store.content.entries.clear();
        lab.connect("west");
        assertThat(shared()).isEqualTo(before);
    }

    private Set<Resource> shared() {
        Set<Resource> all = new HashSet<>(lab.sink.objects().values());
        all.removeIf(resource -> !(resource instanceof RemoteNode) && !(resource instanceof RemoteService));
        return all;
    }

    private void settle() {
        List.copyOf(store.content.entries.entrySet()).stream().filter(entry -> entry.getValue().length == 1).map(Map.Entry::getKey)
                .forEach(writer::delete);
        if (!store.connected) {
            lab.connect("west");
        }
        store.relist();
        writer.canaries();
        writer.config();
        writer.heartbeat("beat " + beat++);
        lab.pass(Duration.ofSeconds(40));
    }

    private void check(String where) {
        MeshView.Remote west = lab.view("west");
        assertThat(west.notReady()).as(where).isEmpty();
        assertThat(lab.cluster("west").lostSince()).as(where).isNull();
        assertThat(west.refused()).as(where).isZero();
        Set<String> nodes = suffixes("cilium/state/nodes/v1/west/");
        Set<String> services = suffixes("cilium/state/services/v1/west/shop/");
        assertThat(lab.names(RemoteNode.class)).as(where).containsExactlyElementsOf(nodes.stream().map(name -> "west/" + name).toList());
        assertThat(lab.names(RemoteService.class)).as(where)
                .containsExactlyElementsOf(services.stream().map(name -> "west/" + name).toList());
        services.forEach(name -> {
            String value = new String(store.content.entries.get("cilium/state/services/v1/west/shop/" + name), UTF_8);
            assertThat(lab.service("west", name).endpoints()).as(where + " " + name)
                    .allSatisfy(endpoint -> assertThat(value).contains("\"" + endpoint.address() + "\""));
        });
        assertThat(west.counts()).as(where).isEqualTo(new MeshView.Counts(nodes.size(), suffixes("cilium/state/ip/v1/default/").size(),
                suffixes("cilium/state/identities/v1/id/").size(), services.size()));
    }

    private Set<String> suffixes(String prefix) {
        Set<String> all = new TreeSet<>();
        store.content.entries.keySet().stream().filter(key -> key.startsWith(prefix)).map(key -> key.substring(prefix.length()))
                .forEach(all::add);
        return all;
    }
}
