package io.roadstead.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.FrontendType;
import io.roadstead.api.lb.SourceRanges;
import io.roadstead.api.lb.TableRequest;
import io.roadstead.api.lb.WeightedBackend;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.plugin.maglev.HashSeed;
import io.roadstead.plugin.maglev.MaglevAlgorithm;
import io.roadstead.plugin.maglev.MaglevConfig;

/** Services of one port and three backends each, whose addresses follow from their numbers. */
final class BenchServices {
    static final int FIRST_ADDRESS = 0xac10_0001; // 172.16.0.1
    static final int PORT = 80;
    static final int BACKENDS = 3;
    static final int BACKEND_PORT = 8080;

    private static final int FIRST_BACKEND = 0x0af4_0001; // 10.244.0.1
    /** Above 100 for each backend. */
    private static final int SLOTS = 307;

    private final MaglevAlgorithm maglev = new MaglevAlgorithm(
            new MaglevConfig(MaglevConfig.Mode.NATIVE, HashSeed.parse("JLfvgnHc2kaSUFaI")));
    private final IpAddress node;
    private final String dispatch;

    /**
     * @param node     address of the node that all backends are on
     * @param dispatch name of the dispatch mode
     */
    BenchServices(IpAddress node, String dispatch) {
        this.node = node;
        this.dispatch = dispatch;
    }

    static IpAddress backend(int service, int number) {
        return IpAddress.ipv4(FIRST_BACKEND + service * BACKENDS + number);
    }

    /** All of them, of both protocols. */
    List<FrontendState> all(int services, Protocol... protocols) {
        List<FrontendState> states = new ArrayList<>();
        for (Protocol protocol : protocols) {
            IntStream.range(0, services).forEach(service -> states.add(state(service, protocol, BACKENDS)));
        }
        return states;
    }

    /** One with its first backends, as many as said, and its table, which is built here. */
    FrontendState state(int service, Protocol protocol, int backends) {
        List<Backend> list = IntStream.range(0, backends).mapToObj(number -> new Backend(backend(service, number), BACKEND_PORT, 100,
                BackendState.ACTIVE, "node-2", node, "", false)).toList();
        String name = "default/service-" + service;
        TableRequest request = new TableRequest(name + ":", protocol,
                list.stream().map(backend -> new WeightedBackend(backend.address(), backend.port(), 100, "")).toList(), SLOTS, "");
        return new FrontendState(new Frontend(IpAddress.ipv4(FIRST_ADDRESS + service), PORT, protocol, Frontend.Scope.EXTERNAL),
                FrontendType.LOAD_BALANCER, name, "", list, list.size(), maglev.build(request), "maglev", dispatch, false, null,
                SourceRanges.EVERYBODY, FrontendState.NoBackend.REJECT);
    }
}
