package io.roadstead.plugin.proxy;

import java.util.ArrayList;
import java.util.List;

import io.roadstead.api.lb.Datapath;
import io.roadstead.testkit.DatapathContract;

class ProxyDatapathContractTest extends DatapathContract {

    private final List<ProxyBox> boxes = new ArrayList<>();

    @Override
    protected Datapath<?> newDatapath() {
        ProxyBox box = new ProxyBox();
        boxes.add(box);
        return box.datapath;
    }

    @Override
    protected String dispatch() {
        return "snat";
    }

    @Override
    protected int freePort() {
        return Peer.freePort();
    }

    @Override
    protected void afterClose() {
        boxes.forEach(ProxyBox::close);
    }
}
