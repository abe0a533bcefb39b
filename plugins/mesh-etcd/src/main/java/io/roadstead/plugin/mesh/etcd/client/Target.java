package io.roadstead.plugin.mesh.etcd.client;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * How one cluster's etcd is reached. Equal targets are reached the same way: a store that gets an unequal one connects anew.
 *
 * @param endpoints   at least one, {@code http://host:port} or {@code https://host:port}; one of them is used at a time
 * @param tls         for https endpoints; null when all are http
 * @param serverName  that the server's certificate must be for; null for the host of the endpoint
 * @param credentials of a user with a password; null when the certificate says who we are, or nothing does
 * @param addresses   of hosts that are not to be looked up, by name in lower case
 */
public record Target(List<URI> endpoints, @Nullable TlsSource tls, @Nullable String serverName, @Nullable Credentials credentials,
        Map<String, List<InetAddress>> addresses) {

    private static final int DEFAULT_PORT = 2379;
    private static final Set<String> SCHEMES = Set.of("http", "https");

    public Target {
        endpoints = List.copyOf(endpoints);
        addresses = addresses.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> List.copyOf(entry.getValue())));
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("endpoints are missing; name at least one");
        }
        for (URI endpoint : endpoints) {
            check(endpoint, tls);
        }
    }

    private static void check(URI endpoint, @Nullable TlsSource tls) {
        if (!SCHEMES.contains(String.valueOf(endpoint.getScheme())) || endpoint.getHost() == null) {
            throw new IllegalArgumentException("endpoint " + endpoint + " is not http://host:port or https://host:port");
        }
        if (endpoint.getScheme().equals("https") && tls == null) {
            throw new IllegalArgumentException("endpoint " + endpoint + " needs TLS settings; name the file of the authority to trust");
        }
    }

    /** Of an endpoint's server; 2379 when it names none. */
    public static int port(URI endpoint) {
        return endpoint.getPort() < 0 ? DEFAULT_PORT : endpoint.getPort();
    }

    /** Of an endpoint's server, without the brackets of an IPv6 address. */
    public static String host(URI endpoint) {
        String host = endpoint.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
