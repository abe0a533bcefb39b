package io.roadstead.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.testkit.lab.ManagedProcess;
import io.roadstead.testkit.lab.Namespace;

/** Rules of the shape that kube-proxy's nftables mode writes: one map from service to chain, chains that choose by chance, and masquerading of what comes in. */
final class NftablesBalancer implements AutoCloseable {
    private final Namespace host;

    NftablesBalancer(Namespace host, int services) throws IOException {
        this.host = host;
        StringBuilder rules = new StringBuilder("table ip kube-proxy {\n");
        StringBuilder elements = new StringBuilder();
        for (int service = 0; service < services; service++) {
            StringBuilder choices = new StringBuilder();
            for (int number = 0; number < BenchServices.BACKENDS; number++) {
                String endpoint = BenchServices.backend(service, number).toString();
                rules.append("chain endpoint-").append(service).append('-').append(number).append(" {\n  ip saddr ").append(endpoint)
                        .append(" jump mark-for-masquerade\n");
                for (String protocol : new String[] {"tcp", "udp"}) {
                    rules.append("  meta l4proto ").append(protocol).append(" dnat to ").append(endpoint).append(':')
                            .append(BenchServices.BACKEND_PORT).append('\n');
                }
                rules.append("}\n");
                choices.append(number == 0 ? "" : ", ").append(number).append(" : goto endpoint-").append(service).append('-')
                        .append(number);
            }
            rules.append("chain service-").append(service).append(" {\n  numgen random mod ").append(BenchServices.BACKENDS)
                    .append(" vmap { ").append(choices).append(" }\n}\n");
            rules.append("chain external-").append(service).append(" {\n  jump mark-for-masquerade\n  goto service-").append(service)
                    .append("\n}\n");
            for (String protocol : new String[] {"tcp", "udp"}) {
                elements.append(elements.isEmpty() ? "" : ",\n").append(address(service)).append(" . ").append(protocol).append(" . ")
                        .append(BenchServices.PORT).append(" : goto external-").append(service);
            }
        }
        rules.append("""
                chain mark-for-masquerade { meta mark set meta mark or 0x4000; }
                chain services { ip daddr . meta l4proto . th dport vmap @service-ips; }
                chain nat-prerouting { type nat hook prerouting priority dstnat; policy accept; jump services; }
                chain nat-output { type nat hook output priority -100; policy accept; jump services; }
                chain nat-postrouting {
                  type nat hook postrouting priority srcnat; policy accept;
                  meta mark and 0x4000 == 0 return
                  meta mark set meta mark xor 0x4000
                  masquerade fully-random
                }
                chain filter-forward { type filter hook forward priority -110; policy accept; ct state new accept; }
                }
                """);
        // a chain has to be there before what leads to it; the map comes last
        String head =
                "table ip kube-proxy {\n  chain mark-for-masquerade { }\n  map service-ips { type ipv4_addr . inet_proto . inet_service : verdict; }\n}\n";
        String body = rules + "add element ip kube-proxy service-ips {\n" + elements + "\n}\n";
        Path file = Files.createTempFile("rules", ".nft");
        try {
            Files.writeString(file, head + body);
            try (ManagedProcess nft = host.process("nft", "-f", file.toString()).start()) { // minutes for 10,000 services
                if (nft.awaitExit(Duration.ofMinutes(10)) != 0) {
                    throw new IOException(nft.output());
                }
            }
        } finally {
            Files.delete(file);
        }
    }

    private static String address(int service) {
        return IpAddress.ipv4(BenchServices.FIRST_ADDRESS + service).toString();
    }

    @Override
    public void close() {
        host.run("nft", "delete", "table", "ip", "kube-proxy");
    }
}
