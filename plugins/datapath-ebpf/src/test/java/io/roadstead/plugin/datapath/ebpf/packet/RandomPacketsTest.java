package io.roadstead.plugin.datapath.ebpf.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.plugin.datapath.ebpf.bpf.TestRun;
import io.roadstead.plugin.datapath.ebpf.packet.TranslationModel.Endpoint;
import io.roadstead.plugin.datapath.ebpf.packet.TranslationModel.Flow;
import io.roadstead.plugin.datapath.ebpf.packet.TranslationModel.Frontend;
import io.roadstead.testkit.lab.Labs;

/** Random packets of both families and protocols, through both hooks by turns, against a model of what source NAT is. */
class RandomPacketsTest {

    private static final int PACKETS = 6000;
    private static final int MIN_PORT = 1024;
    private static final int MAX_PORT = 29999;
    /** From few clients and ports, so that flows meet again and want each other's ports. */
    private static final int CLIENTS = 20;
    private static final int PORTS = 8;

    private static Rig rig;

    @BeforeAll
    static void load() {
        Labs.require();
        rig = new Rig();
    }

    @AfterAll
    static void unload() {
        if (rig != null) {
            rig.close();
        }
    }

    @Test
    void everyPacketBecomesWhatTheModelSays() {
        long seed = 20261123;
        var random = new Random(seed);
        var model = new TranslationModel(Rig.SEED, MIN_PORT, MAX_PORT);
        build(model);
        int there = 0;
        int back = 0;
        for (int i = 0; i < PACKETS; i++) {
            boolean v6 = random.nextBoolean();
            Hook hook = random.nextBoolean() ? Hook.XDP : Hook.TC;
            List<Flow> replies = random.nextInt(3) == 0 ? model.replies() : List.of();
            Packet in = replies.isEmpty() ? fromClient(random, v6) : packet(random, replies.get(random.nextInt(replies.size())));
            String what = "packet " + i + " of seed " + seed + " through " + hook + ": " + in;

            TestRun run = rig.in(hook, in.bytes());

            if (check(model, hook, in, run, what)) {
                if (replies.isEmpty()) {
                    there++;
                } else {
                    back++;
                }
            }
        }
        assertThat(there).as("packets to backends").isGreaterThan(PACKETS / 3);
        assertThat(back).as("packets to clients").isGreaterThan(PACKETS / 5);
    }

    /** Whether the packet was translated. */
    private static boolean check(TranslationModel model, Hook hook, Packet in, TestRun run, String what) {
        Flow flow = flow(in);
        Optional<Flow> reply = model.reply(flow);
        if (reply.isPresent()) {
            Flow to = reply.get();
            expect(run, hook.back,
                    in.from(to.from().address().toString(), to.from().port()).to(to.to().address().toString(), to.to().port())
                            .ttl(in.ttl() - 1).macs(Rig.UP_MAC, Rig.CLIENTS_MAC),
                    what);
            return true;
        }
        Optional<Endpoint> backend = model.backend(flow);
        if (backend.isEmpty()) {
            assertThat(run.returnCode()).as(what).isEqualTo(hook.drop);
            return false;
        }
        assertThat(run.returnCode()).as(what).isEqualTo(hook.redirect);
        boolean v4 = in.family() == AddressFamily.IPV4;
        int l4 = v4 ? 34 + in.options().bytes().length : 54;
        int port = (run.packet()[l4] & 0xff) << 8 | run.packet()[l4 + 1] & 0xff;
        var node = new Endpoint(IpAddress.parse(v4 ? Rig.NODE4 : Rig.NODE6), port);
        assertThat(model.left(flow, backend.get(), node)).as(what).isEmpty();
        expect(run, hook.redirect, in.from(node.address().toString(), port).to(backend.get().address().toString(), backend.get().port())
                .ttl(in.ttl() - 1).macs(Rig.BACK_MAC, Rig.BACKENDS_MAC), what);
        return true;
    }

    private static void expect(TestRun run, int verdict, Packet out, String what) {
        assertThat(run.returnCode()).as(what).isEqualTo(verdict);
        assertThat(Packet.hex(run.packet())).as(what).isEqualTo(Packet.hex(out.bytes()));
    }

    private static void build(TranslationModel model) {
        rig.clear();
        int mode = rig.mode("dispatch-snat", "snat");
        int backends = 0;
        for (boolean v6 : new boolean[] {false, true}) {
            rig.vip(Site.vip(v6));
            for (int protocol : new int[] {Rig.TCP, Rig.UDP}) {
                // Odd and even numbers of slots: two share an element of the table.
                for (int port : new int[] {80, 81, 82}) {
                    int service = Site.id(v6, protocol, port);
                    int[] ids = new int[port - 77];
                    List<Endpoint> slots = new ArrayList<>();
                    for (int i = 0; i < ids.length; i++) {
                        ids[i] = ++backends;
                        String address = (v6 ? "fd00::" : "10.1.0.") + (i + 1);
                        rig.backend(ids[i], address, 9000 + port, protocol, Site.ACTIVE, 0);
                        slots.add(new Endpoint(IpAddress.parse(address), 9000 + port));
                    }
                    rig.service(service, Site.vip(v6), port, protocol, Rig.ROUTABLE, mode, 0, ids);
                    model.service(new Frontend(new Endpoint(IpAddress.parse(Site.vip(v6)), port), protocol), slots);
                }
            }
        }
        for (int client = 0; client < CLIENTS; client++) {
            rig.client(client(false, client));
            rig.client(client(true, client));
        }
    }

    private static String client(boolean v6, int number) {
        return v6 ? "2001:db8::c" + number : "192.0.2." + (100 + number);
    }

    private static Packet fromClient(Random random, boolean v6) {
        String client = client(v6, random.nextInt(CLIENTS));
        int clientPort = (random.nextBoolean() ? 20_000 : 50_000) + random.nextInt(PORTS);
        int port = 80 + random.nextInt(4);
        var endpoint = new Endpoint(IpAddress.parse(client), clientPort);
        return packet(random,
                new Flow(endpoint, new Endpoint(IpAddress.parse(Site.vip(v6)), port), random.nextBoolean() ? Rig.TCP : Rig.UDP));
    }

    private static Packet packet(Random random, Flow flow) {
        String payload = "y".repeat(random.nextInt(200));
        int from = flow.from().port();
        int to = flow.to().port();
        boolean v4 = flow.from().address().family() == AddressFamily.IPV4;
        Packet.Transport transport = flow.protocol() == Rig.TCP
                ? new Packet.Tcp(from, to, random.nextInt(4) == 0 ? Packet.SYN : Packet.ACK, payload)
                : new Packet.Udp(from, to, payload, !v4 || random.nextInt(4) != 0);
        Packet packet = Packet.of(flow.from().address().toString(), flow.to().address().toString(), transport).ttl(2 + random.nextInt(254));
        return v4 && random.nextInt(8) == 0 ? packet.options(0x94, 4, 0, 0) : packet;
    }

    private static Flow flow(Packet packet) {
        return switch (packet.transport()) {
            case Packet.Tcp tcp ->
                    new Flow(new Endpoint(packet.source(), tcp.sourcePort()), new Endpoint(packet.destination(), tcp.destinationPort()),
                            Rig.TCP);
            case Packet.Udp udp ->
                    new Flow(new Endpoint(packet.source(), udp.sourcePort()), new Endpoint(packet.destination(), udp.destinationPort()),
                            Rig.UDP);
            case Packet.Icmp icmp -> throw new IllegalArgumentException(icmp.toString());
            case Packet.Raw raw -> throw new IllegalArgumentException(raw.toString());
        };
    }
}
