package io.roadstead.plugin.datapath.ebpf.view;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowExplainer;
import io.roadstead.api.lb.FlowHash;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfProgram;
import io.roadstead.plugin.datapath.ebpf.bpf.TestContext;
import io.roadstead.plugin.datapath.ebpf.map.Abi;
import io.roadstead.plugin.datapath.ebpf.map.Catalog;
import io.roadstead.plugin.datapath.ebpf.map.PacketContext;
import io.roadstead.plugin.datapath.ebpf.map.ServiceEntries;
import io.roadstead.plugin.datapath.ebpf.map.ServiceEntry;
import io.roadstead.plugin.datapath.ebpf.map.Settings;

/**
 * Sends a packet through the programs that are in force, as a test run that leaves no trace, and puts in words what they wrote down. Any thread; runs on the
 * views' loop, one after the other, for there is one place to write to.
 */
final class PacketExplainer implements FlowExplainer {

    private static final String FORWARDED = "forwarded";
    private static final String NOT_A_SERVICE = "not a service";

    private final Supplier<BpfProgram> entry;
    private final IntSupplier device;
    private final BpfMap settings;
    private final BpfMap explained;
    private final Catalog catalog;
    private final Loop loop;

    /**
     * @param entry  the program at traffic control's ingress
     * @param device interface number of an uplink; 0 for none
     */
    PacketExplainer(Supplier<BpfProgram> entry, IntSupplier device, BpfMap settings, BpfMap explained, Catalog catalog, Loop loop) {
        this.entry = entry;
        this.device = device;
        this.settings = settings;
        this.explained = explained;
        this.catalog = catalog;
        this.loop = loop;
    }

    @Override
    public CompletionStage<Explanation> explain(Flow flow) {
        return loop.submit(() -> {
            if (flow.protocol() == Protocol.SCTP) {
                return new Explanation(flow, NOT_A_SERVICE, "", "", "", "", "", List.of("SCTP is left to the stack"));
            }
            if (flow.source().family() != flow.destination().family()) {
                throw new RoadsteadException(CommonErrorCode.BAD_REQUEST, "flow", "source and destination are of two address families",
                        "give two addresses of one family");
            }
            return run(flow);
        });
    }

    private Explanation run(Flow flow) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment first = arena.allocate(4, 4);
            MemorySegment config = arena.allocate(settings.valueBytes(), 8);
            MemorySegment written = arena.allocate(explained.valueBytes(), 8);
            settings.get(first, config);
            explained.put(first, written);
            Settings inForce = Settings.read(config);
            if (inForce.explainMark() == 0) {
                throw new RoadsteadException(CommonErrorCode.INTERNAL, "flow", "the datapath has no mark for test runs", "");
            }
            entry.get().run(TestPacket.of(flow), new TestContext(inForce.explainMark(), device.getAsInt(), 0), 1);
            explained.get(first, written);
            return inWords(flow, PacketContext.read(written), inForce.hashSeed());
        }
    }

    private Explanation inWords(Flow flow, PacketContext context, int seed) {
        List<String> steps = new ArrayList<>();
        if (context.abi() == 0 || context.serviceId() == 0 && context.reason() == Reason.TO_STACK.number()) {
            steps.add(Flows.text(flow.destination(), flow.destinationPort()) + "/" + flow.protocol() + " is no frontend");
            steps.add("the packet is left to the stack");
            return new Explanation(flow, NOT_A_SERVICE, "", "", "", "", "", steps);
        }
        String reason = Reason.isDrop(context.reason()) ? Reason.text(context.reason()) : "";
        if (context.serviceId() == 0) {
            steps.add(flow.destination() + " is an address of Services");
            steps.add("the packet is dropped: " + reason);
            return new Explanation(flow, "dropped", reason, "", "", "", "", steps);
        }
        var state = catalog.service(context.serviceId());
        String service = state.map(FrontendState::service).orElse("");
        String frontend = state.map(known -> known.frontend().toString())
                .orElse(Flows.text(flow.destination(), flow.destinationPort()) + "/" + flow.protocol());
        steps.add("frontend " + frontend + " of " + (service.isEmpty() ? "service " + context.serviceId() : service) + ", number "
                + Integer.toUnsignedString(context.serviceId()));
        if ((context.service().flags() & Abi.SVC_SOURCE_RANGE) != 0 && context.reason() != Reason.SOURCE_RANGE.number()) {
            steps.add("source " + flow.source() + " may connect");
        }
        String backend = "";
        if (context.backendId() != 0) {
            backend = Flows.text(context.backend().address(), context.backend().port());
            steps.add(
                    chosen(flow, context, seed) + backend + ((context.backend().flags() & Abi.BACKEND_LOCAL) != 0 ? ", on this node" : ""));
        }
        String dispatch = context.backendId() == 0 ? "" : catalog.dispatch(context.flow().dispatch());
        if (context.reason() == Reason.DISPATCHED.number() || context.reason() == Reason.NO_DISPATCH.number()) {
            steps.add("dispatch " + (dispatch.isEmpty() ? "number " + context.flow().dispatch() : dispatch));
        }
        String verdict = verdict(context);
        steps.add("the packet is " + verdict + (reason.isEmpty() ? "" : ": " + reason)
                + (context.reason() == Reason.TO_STACK.number() ? ", and the stack finds the next hop" : "")
                + (context.outIfindex() > 0 ? ", by device " + context.outIfindex() : ""));
        return new Explanation(flow, verdict, reason, service, frontend, backend, dispatch, steps);
    }

    private static String verdict(PacketContext context) {
        if (Reason.isDrop(context.reason())) {
            return "dropped";
        }
        return context.reason() == Reason.REJECTED.number() ? "rejected" : FORWARDED;
    }

    private static String chosen(Flow flow, PacketContext context, int seed) {
        if ((context.flags() & Abi.CTX_NEW) == 0) {
            return "known flow of " + FlowTableReader.idle(context.nowSeconds(), context.flow().createdSeconds()).toSeconds()
                    + " s to backend ";
        }
        ServiceEntry service = context.service();
        if (service.lutSlots() == 0) {
            return "new flow to backend ";
        }
        if (service.select() == Abi.SELECT_RANDOM) {
            return "new flow to backend, by chance this time, ";
        }
        boolean affinity = (service.flags() & Abi.SVC_AFFINITY) != 0;
        int hash = FlowHash.of(flow.source(), affinity ? 0 : flow.sourcePort(), flow.destinationPort(),
                ServiceEntries.number(flow.protocol()), seed);
        return "new flow, slot " + FlowHash.slot(hash, service.lutSlots()) + " of " + service.lutSlots()
                + (affinity ? " unless the client has a backend already" : "") + ", to backend ";
    }
}
