package io.roadstead.plugin.kubernetes.client;

import java.time.Duration;
import java.time.Instant;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.TokenRefreshInterceptor;

/**
 * Shows with each request who the agent is, as the client's configuration had it when the client was made. The library's own way reads the kubeconfig again, and runs
 * its credential plugin, once a minute and after each 401, on the loop that sends, and takes a file that cannot be read for an unanswered request. Here a refused
 * client is replaced ({@link Connection#renew}), and making the next one says what is wrong.
 */
final class Credentials extends TokenRefreshInterceptor {
    private static final Instant NEVER = Instant.MAX.minus(Duration.ofDays(1)); // to which the library adds a minute

    Credentials(Config config, HttpClient.Factory factory) {
        super(config, factory, NEVER);
    }

    /** Tokens that the library itself renews at an OpenID provider are left to it. */
    @Override
    protected boolean shouldFail(HttpResponse<?> response) {
        return super.shouldFail(response) || !useRemoteRefresh(config);
    }
}
