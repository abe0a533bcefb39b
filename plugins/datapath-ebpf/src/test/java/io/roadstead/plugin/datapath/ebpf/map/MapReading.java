package io.roadstead.plugin.datapath.ebpf.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What maps say, without the numbers that depend on their history; and whether it fits together. */
final class MapReading {
    private final LbMaps maps;

    MapReading(LbMaps maps) {
        this.maps = maps;
    }

    /** Every entry in words, ids and bases replaced by what they stand for. */
    Map<String, String> meaning() {
        Map<Integer, BackendEntry> backends = backends();
        Map<Integer, ServiceKey> services = new HashMap<>();
        Map<String, String> meaning = new TreeMap<>();
        maps.service().forEach((key, value) -> {
            ServiceEntry entry = ServiceEntry.read(value);
            services.put(entry.id(), ServiceKey.read(key));
            meaning.put("service " + ServiceKey.read(key), "flags=" + entry.flags() + " affinity=" + entry.affinitySeconds() + " select="
                    + entry.select() + " type=" + entry.type() + " table=" + table(entry, backends));
        });
        maps.member().forEach((key, value) -> {
            MemberKey member = MemberKey.read(key);
            meaning.put("member " + services.get(member.service()) + " " + name(backends, member.backend()), "" + Struct.getInt(value, 0));
        });
        maps.sourceRange().forEach((key, value) -> meaning
                .put("range " + services.get(RangeKey.read(key).service()) + " " + RangeKey.read(key).prefix(), ""));
        maps.backendIds().forEach((key, value) -> meaning.put("backend " + BackendKey.read(key),
                "" + backends.get(Struct.getInt(value, 0))));
        return meaning;
    }

    /** Fails unless all that is referred to is there, and nothing else is. */
    void assertWhole() {
        Map<Integer, BackendEntry> backends = backends();
        Map<Integer, ServiceKey> services = new HashMap<>();
        List<long[]> regions = new ArrayList<>();
        maps.service().forEach((key, value) -> {
            ServiceEntry entry = ServiceEntry.read(value);
            if (!Vips.isVip(ServiceKey.read(key))) {
                assertThat(entry.id()).isPositive();
                assertThat(services.put(entry.id(), ServiceKey.read(key))).as("number twice").isNull();
                assertThat(entry.lutBase() % 2).isZero();
                regions.add(new long[] {entry.lutBase(), entry.lutBase() + entry.lutSlots()});
                for (int slot = 0; slot < entry.lutSlots(); slot++) {
                    assertThat(backends).containsKey(slot(entry, slot));
                }
            }
        });
        regions.removeIf(region -> region[0] == region[1]);
        regions.sort(Comparator.comparingLong(region -> region[0]));
        for (int i = 1; i < regions.size(); i++) {
            assertThat(regions.get(i)[0]).as("tables overlap").isGreaterThanOrEqualTo(regions.get(i - 1)[1]);
        }
        Map<Integer, Integer> uses = new HashMap<>();
        maps.member().forEach((key, value) -> {
            MemberKey member = MemberKey.read(key);
            assertThat(services).containsKey(member.service());
            assertThat(backends).containsKey(member.backend());
            uses.merge(member.backend(), 1, Integer::sum);
        });
        maps.backendIds().forEach((key, value) -> {
            BackendEntry entry = backends.get(Struct.getInt(value, 0));
            assertThat(entry).isNotNull();
            assertThat(BackendKey.read(key)).isEqualTo(new BackendKey(entry.address(), entry.port(), entry.protocol()));
        });
        backends.forEach((id, entry) -> assertThat(entry.services()).isEqualTo(uses.getOrDefault(id, 0)));
        assertThat(InMemoryMap.of(maps.backendIds()).size()).isEqualTo(backends.size());
    }

    /** Numbers by frontend, and by backend. */
    Map<String, Integer> numbers() {
        Map<String, Integer> numbers = new TreeMap<>();
        maps.service().forEach((key, value) -> numbers.put(ServiceKey.read(key).toString(), ServiceEntry.read(value).id()));
        maps.backendIds().forEach((key, value) -> numbers.put(BackendKey.read(key).toString(), Struct.getInt(value, 0)));
        return numbers;
    }

    private Map<Integer, BackendEntry> backends() {
        Map<Integer, BackendEntry> backends = new HashMap<>();
        maps.backend().forEach((key, value) -> {
            if (BackendEntry.read(value).state() != Abi.BACKEND_UNUSED) {
                backends.put(Struct.getInt(key, 0), BackendEntry.read(value));
            }
        });
        return backends;
    }

    private List<String> table(ServiceEntry entry, Map<Integer, BackendEntry> backends) {
        List<String> table = new ArrayList<>();
        for (int slot = 0; slot < entry.lutSlots(); slot++) {
            table.add(name(backends, slot(entry, slot)));
        }
        return table;
    }

    private int slot(ServiceEntry entry, int slot) {
        return maps.lut().mapped().getAtIndex(ValueLayout.JAVA_INT, entry.lutBase() + slot);
    }

    private static String name(Map<Integer, BackendEntry> backends, int id) {
        BackendEntry entry = backends.get(id);
        return entry == null ? "unused" : entry.address() + ":" + entry.port() + "/" + entry.protocol();
    }
}
