package io.roadstead.plugin.kubernetes.read;

import java.time.Duration;

/**
 * How the API server is read.
 *
 * @param pageSize          objects per page of a list; 0 for all at once
 * @param requestTimeout    for an answer to begin, and between two pieces of a list
 * @param silenceLimit      between two pieces of a watch
 * @param discoveryInterval between two questions which kinds are served, while one is missing
 */
public record ReadOptions(String nodeName, String bgpSecretsNamespace, int pageSize, Duration requestTimeout, Duration silenceLimit,
        Duration backoffMin, Duration backoffMax, Duration discoveryInterval) {
}
