package io.roadstead.plugin.datapath.ebpf.packet;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

import io.roadstead.plugin.datapath.ebpf.packet.Rig.Attached;
import io.roadstead.testkit.lab.Namespace;

/** A client and a backend on either side of a {@link Rig}'s node, whose programs are in force on both cables. */
final class Wire implements AutoCloseable {

    private final Rig rig = new Rig();
    private final Namespace client = Namespace.create("client");
    private final Namespace backend = Namespace.create("backend");
    private final List<Attached> links = new ArrayList<>();
    private volatile String peer = "";

    Wire(Hook hook) {
        Namespace.link(rig.node(), "client", client, "eth0");
        Namespace.link(rig.node(), "backend", backend, "eth0");
        rig.node().address("client", "192.0.2.2/32").address("client", "2001:db8::2/128");
        rig.node().address("backend", "198.51.100.2/32").address("backend", "2001:db8:1::2/128");
        rig.node().run("ip", "route", "replace", Site.CLIENT4 + "/32", "dev", "client");
        rig.node().run("ip", "route", "replace", Site.CLIENT6 + "/128", "dev", "client");
        rig.node().run("ip", "route", "replace", Site.BACKEND4 + "/32", "dev", "backend");
        rig.node().run("ip", "route", "replace", Site.BACKEND6 + "/128", "dev", "backend");
        client.address("eth0", Site.CLIENT4 + "/32").address("eth0", Site.CLIENT6 + "/128");
        backend.address("eth0", Site.BACKEND4 + "/32").address("eth0", Site.BACKEND6 + "/128");
        client.route("192.0.2.2/32", "dev", "eth0").route("default", "via", "192.0.2.2");
        client.route("2001:db8::2/128", "dev", "eth0").route("default", "via", "2001:db8::2");
        backend.route("198.51.100.2/32", "dev", "eth0").route("default", "via", "198.51.100.2");
        backend.route("2001:db8:1::2/128", "dev", "eth0").route("default", "via", "2001:db8:1::2");
        Site.build(rig, rig.mode("dispatch-snat", "snat"));
        for (String device : List.of("client", "backend")) {
            links.add(rig.attachEntry(device));
            if (hook == Hook.XDP) {
                links.add(rig.attachDriver(device)::close);
            }
        }
        if (hook == Hook.XDP) {
            for (Namespace end : List.of(client, backend)) {
                end.run("ethtool", "-K", "eth0", "tx", "off");
                // veth hands frames of XDP_TX only to a device that has a program itself.
                links.add(rig.attachIdle(end, "eth0")::close);
            }
        }
    }

    Namespace client() {
        return client;
    }

    Namespace backend() {
        return backend;
    }

    /** Whom the backend saw last, as text of an IP address. */
    String peer() throws UnknownHostException {
        return io.roadstead.api.model.net.IpAddress.of(InetAddress.getByName(peer)).toString();
    }

    void peer(String address) {
        peer = address;
    }

    @Override
    public void close() {
        links.forEach(Attached::close);
        rig.close();
        client.close();
        backend.close();
    }
}
