package io.roadstead.kernel.status;

import static io.roadstead.kernel.lb.Remotes.active;
import static io.roadstead.kernel.lb.Remotes.shared;
import static io.roadstead.testkit.ServiceBuilder.ready;
import static io.roadstead.testkit.ServiceBuilder.service;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.view.ServiceView;
import io.roadstead.kernel.lb.BalancerLab;
import io.roadstead.kernel.lb.LoadBalancerSettings;
import io.roadstead.kernel.lb.TableSize;
import io.roadstead.testkit.ServiceBuilder;

class ServiceViewsTest {

    private static final LoadBalancerSettings SETTINGS =
            new LoadBalancerSettings("modulo", "snat", TableSize.AUTO, 0, NoBackend.REJECT, List.of(), false, "");

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {//
        "global=true;                                      172.20.1.1 east/10.1.0.1 west/10.2.0.1", //
        "global=true affinity=local;                       172.20.1.1* east/10.1.0.1 west/10.2.0.1", //
        "global=true affinity=remote;                      172.20.1.1 east/10.1.0.1* west/10.2.0.1*", //
        "global=true affinity=local cluster-preference=north,west,local; 172.20.1.1 east/10.1.0.1 west/10.2.0.1*", //
        "global=true affinity=local cluster-preference=north; 172.20.1.1 east/10.1.0.1 west/10.2.0.1", //
        "affinity=local;                                   172.20.1.1", //
        "global=false affinity=local;                      172.20.1.1"})
    void backendsTellTheirClusterAndWhetherItIsPreferredCarriedOrNot(String text, String expected) {
        Map<String, String> annotations = new HashMap<>();
        for (String one : text.split(" ", -1)) {
            annotations.put("roadstead.io/" + one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1));
        }
        ServiceBuilder webpod = service("default/webpod").clusterIps("10.96.0.1").annotations(annotations);
        BalancerLab lab = BalancerLab.with(SETTINGS, webpod.build(), webpod.slice(ready("172.20.1.1", "n1")),
                shared("west", active("10.2.0.1")), shared("east", active("10.1.0.1"), active("fd00::1")));

        assertThat(backends(lab, true)).containsExactlyInAnyOrder(expected.split(" ", -1));
        assertThat(backends(lab, false)).containsExactly(expected.split(" ", -1));
    }

    private static List<String> backends(BalancerLab lab, boolean carrying) {
        ServiceViews views =
                new ServiceViews(lab.cluster().view(), "home", key -> "", key -> List.of(), lab.controller().frontends(), carrying);
        return views.all(Map.of()).getFirst().frontends().getFirst().backends().stream().map(ServiceViewsTest::text).toList();
    }

    private static String text(ServiceView.Backend backend) {
        return (backend.cluster().isEmpty() ? "" : backend.cluster() + "/") + backend.address() + (backend.preferred() ? "*" : "");
    }
}
