package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.ManagedProcess;
import io.roadstead.testkit.lab.Tool;

/** Three agents contend for the lead; whoever has it is killed, again and again, while Services come. */
@Timeout(400)
final class LeaderLossIT {

    private static final int ROUNDS = 4;
    private static final int SERVICES_PER_ROUND = 12;
    /** Its duration, and the longest time between two looks of another contender. */
    private static final Duration LEASE = Duration.ofSeconds(15 + 2);
    /** What a busy machine may take to run kubectl, which sees the change. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    @Test
    void anotherLeadsWithinTheLeaseAndNoAddressMovesOrIsGivenTwice() {
        Labs.require(Tool.FRR, Tool.CURL, Tool.JQ, Tool.KUBECTL);
        long seed = System.nanoTime();
        var random = new Random(seed);
        try (var lab = SeedLab.up(PackagedTree.asBuilt(), SeedLab.KUBERNETES);
                var seen = lab.start("k8s-ctr", "kubectl", "get", "services", "--watch", "-o",
                        "jsonpath={.metadata.name} {.status.loadBalancer.ingress[*].ip}{\"\\n\"}")) {
            lab.apply("steps/pool.yaml");
            int services = 0;
            for (int round = 0; round < ROUNDS; round++) {
                var leader = awaitLeader(lab, "");
                int before = random.nextInt(SERVICES_PER_ROUND + 1);
                apply(lab, services, services + before);

                long killed = System.nanoTime();
                assertThat(lab.process(leader, "roadstead").destroyForcibly()).as("killed in round %s of seed %s", round, seed).isTrue();
                apply(lab, services + before, services + SERVICES_PER_ROUND);
                services += SERVICES_PER_ROUND;
                var next = awaitLeader(lab, leader);
                var took = Duration.ofNanos(System.nanoTime() - killed);

                assertThat(took).as("round %s of seed %s", round, seed).isLessThan(LEASE.plus(SLACK));
                assertThat(next).isNotEqualTo(leader);
                int all = services;
                eventually(SeedLab.SOON, () -> assertThat(addresses(seen).keySet()).as("seed %s", seed)
                        .containsAll(IntStream.range(0, all).mapToObj(number -> "lb-" + number).toList()));
                assertNothingMoved(seen, seed);
                lab.restart(leader);
            }
            assertThat(lab.apiRequests()).filteredOn(request -> request.startsWith("403 ")).isEmpty();
        }
    }

    /** Waits for a leader other than that one, and returns its node. */
    private static String awaitLeader(SeedLab lab, String former) {
        return eventually(LEASE.plus(SeedLab.SOON),
                () -> SeedLab.NODES.keySet().stream().filter(node -> leads(lab, node)).findFirst().orElse(""),
                node -> !node.isEmpty() && !node.equals(former));
    }

    private static boolean leads(SeedLab lab, String node) {
        var holder = lab.kubectl("get", "lease", "roadstead", "-n", "roadstead-system", "--ignore-not-found", "-o",
                "jsonpath={.spec.holderIdentity}");
        return holder.equals(node) || holder.startsWith(node + "_");
    }

    /** What each Service's address was at first; those without one are not in it. */
    private static Map<String, String> addresses(ManagedProcess seen) {
        var addresses = new HashMap<String, String>();
        states(seen).forEach(state -> {
            if (state.size() > 1) {
                addresses.putIfAbsent(state.getFirst(), state.get(1));
            }
        });
        return addresses;
    }

    /** A line per change of a Service, as the API server told it: its name, and its address if it had one. */
    private static List<List<String>> states(ManagedProcess seen) {
        return seen.output().lines().filter(line -> line.startsWith("lb-")).map(line -> List.of(line.strip().split(" "))).toList();
    }

    /** Whoever had an address has it still, at each change since; and no other ever had it. */
    private static void assertNothingMoved(ManagedProcess seen, long seed) {
        var first = addresses(seen);
        var given = new ArrayList<String>();
        for (var state : states(seen)) {
            if (given.contains(state.getFirst())) {
                assertThat(state).as("seed %s", seed).containsExactly(state.getFirst(), first.get(state.getFirst()));
            } else if (state.size() > 1) {
                given.add(state.getFirst());
            }
        }
        assertThat(first.values()).as("seed %s", seed).doesNotHaveDuplicates();
    }

    /** Services that ask for an address each; none when the range is empty, which kubectl would refuse. */
    private static void apply(SeedLab lab, int from, int to) {
        if (from < to) {
            lab.applyText(IntStream.range(from, to).mapToObj(number -> """
                    apiVersion: v1
                    kind: Service
                    metadata:
                      name: lb-%d
                      namespace: default
                    spec:
                      type: LoadBalancer
                      allocateLoadBalancerNodePorts: false
                      ports:
                        - port: 80
                    """.formatted(number)).collect(Collectors.joining("---\n")));
        }
    }
}
