package io.roadstead.plugin.datapath.ebpf.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.metrics.Metric.Sample;
import io.roadstead.api.metrics.MetricSource;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.map.Abi;
import io.roadstead.plugin.datapath.ebpf.map.Catalog;
import io.roadstead.plugin.datapath.ebpf.map.Counter;
import io.roadstead.plugin.datapath.ebpf.map.ServiceCounter;

/** Figures of the datapath. Any thread; what is costly to count is as old as the last look after the flows. */
final class DatapathMetrics implements MetricSource {

    /** Place in rs_counters that is no packet's end. */
    private static final int EVENT_LOST = 63;

    private final CounterReader counters;
    private final FlowCollector collector;
    private final Supplier<Map<String, BpfMap>> maps;
    private final Catalog catalog;

    DatapathMetrics(CounterReader counters, FlowCollector collector, Supplier<Map<String, BpfMap>> maps, Catalog catalog) {
        this.counters = counters;
        this.collector = collector;
        this.maps = maps;
        this.catalog = catalog;
    }

    @Override
    public List<Metric> collect() {
        List<Metric> metrics = new ArrayList<>();
        packets(metrics);
        events(metrics);
        pressure(metrics);
        services(metrics);
        return metrics;
    }

    private void packets(List<Metric> metrics) {
        List<Sample> drops = new ArrayList<>();
        List<Sample> dropBytes = new ArrayList<>();
        List<Sample> forwarded = new ArrayList<>();
        List<Sample> forwardedBytes = new ArrayList<>();
        for (Reason reason : Reason.values()) {
            Counter counter = counters.reason(reason.number());
            SortedMap<String, String> labels = labels("reason", reason.text());
            (reason.isDrop() ? drops : forwarded).add(new Sample(labels, counter.packets()));
            (reason.isDrop() ? dropBytes : forwardedBytes).add(new Sample(labels, counter.bytes()));
        }
        metrics.add(new Metric("roadstead_drop_count_total", "Packets that the eBPF datapath dropped.", Metric.Type.COUNTER, drops));
        metrics.add(new Metric("roadstead_drop_bytes_total", "Bytes of packets that the eBPF datapath dropped.", Metric.Type.COUNTER,
                dropBytes));
        metrics.add(new Metric("roadstead_forward_count_total", "Packets that the eBPF datapath saw and did not drop.", Metric.Type.COUNTER,
                forwarded));
        metrics.add(
                new Metric("roadstead_forward_bytes_total", "Bytes of packets that the eBPF datapath saw and did not drop.",
                        Metric.Type.COUNTER,
                        forwardedBytes));
    }

    private void events(List<Metric> metrics) {
        metrics.add(new Metric("roadstead_flow_events_lost_total", "Flow events that came faster than they were read.", Metric.Type.COUNTER,
                List.of(new Sample(new TreeMap<>(), counters.reason(EVENT_LOST).packets()))));
    }

    private void pressure(List<Metric> metrics) {
        Map<String, Long> used = new TreeMap<>();
        List<Sample> deleted = new ArrayList<>();
        collector.tallies().forEach((map, tally) -> {
            used.put(map, tally.alive());
            deleted.add(new Sample(labels("map_name", map), tally.deleted()));
        });
        Map<Integer, FrontendState> services = catalog.services();
        used.put(Abi.SERVICE, (long) services.size());
        used.put(Abi.MEMBER, services.values().stream().mapToLong(state -> state.backends().size()).sum());
        used.put(Abi.SOURCE_RANGE, services.values().stream().mapToLong(state -> state.sourceRanges().prefixes().size()).sum());
        List<Sample> pressure = new ArrayList<>();
        Map<String, BpfMap> known = maps.get();
        used.forEach((name, entries) -> {
            BpfMap map = known.get(name);
            if (map != null) {
                pressure.add(new Sample(labels("map_name", name), (double) entries / map.maxEntries()));
            }
        });
        metrics.add(new Metric("roadstead_bpf_map_pressure", "How full a map is, from 0 to 1.", Metric.Type.GAUGE, pressure));
        metrics.add(new Metric("roadstead_bpf_map_expired_total", "Entries forgotten because their time was up.", Metric.Type.COUNTER,
                deleted));
    }

    private void services(List<Metric> metrics) {
        List<Sample> packets = new ArrayList<>();
        List<Sample> bytes = new ArrayList<>();
        List<Sample> flows = new ArrayList<>();
        List<Sample> drops = new ArrayList<>();
        new TreeMap<>(catalog.services()).forEach((id, state) -> {
            ServiceCounter counter = counters.service(id);
            // Ten thousand services that no one uses are not worth forty thousand lines.
            if (counter.packets() > 0 || counter.drops() > 0 || counter.flows() > 0) {
                SortedMap<String, String> labels = labels("frontend", state.frontend().toString());
                labels.put("service", state.service());
                packets.add(new Sample(labels, counter.packets()));
                bytes.add(new Sample(labels, counter.bytes()));
                flows.add(new Sample(labels, counter.flows()));
                drops.add(new Sample(labels, counter.drops()));
            }
        });
        metrics.add(new Metric("roadstead_service_packets_total", "Packets to a frontend.", Metric.Type.COUNTER, packets));
        metrics.add(new Metric("roadstead_service_bytes_total", "Bytes of packets to a frontend.", Metric.Type.COUNTER, bytes));
        metrics.add(new Metric("roadstead_service_flows_total", "New flows to a frontend.", Metric.Type.COUNTER, flows));
        metrics.add(new Metric("roadstead_service_drops_total", "Packets to a frontend that were dropped.", Metric.Type.COUNTER, drops));
    }

    private static SortedMap<String, String> labels(String name, String value) {
        SortedMap<String, String> labels = new TreeMap<>();
        labels.put(name, value);
        return labels;
    }
}
