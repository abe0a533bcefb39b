package io.roadstead.plugin.kubernetes.client;

import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the JDK's HTTP client for the Kubernetes client: what it calls back runs on a loop of the plugin instead of a pool, it follows no redirect, and its
 * selector ends when the client is closed instead of when it is collected. Makes one client.
 */
final class LoopHttpFactory extends JdkHttpClientFactory {
    private static final Duration END = Duration.ofSeconds(1);

    private final Link loop;
    private volatile @Nullable HttpClient made;

    LoopHttpFactory(Executor loop) {
        this.loop = new Link(loop);
    }

    /**
     * The JDK's cleaner holds a client's inside, and with it the executor, until the client is collected: an executor that leads back to the client would keep
     * both, and the plugin with them. What is given after the end is dropped.
     */
    private static final class Link implements Executor {
        private volatile @Nullable Executor loop;

        private Link(Executor loop) {
            this.loop = loop;
        }

        @Override
        public void execute(Runnable task) {
            Executor open = loop;
            if (open != null) {
                open.execute(task);
            }
        }
    }

    @Override
    protected HttpClient.Builder createNewHttpClientBuilder() {
        return new KeepingBuilder(HttpClient.newBuilder().executor(loop));
    }

    /** Ends what was made, with every request in it. */
    void shutdown() {
        HttpClient client = made;
        if (client != null) {
            client.shutdownNow();
            try {
                client.awaitTermination(END);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        made = null;
        loop.loop = null;
    }

    private final class KeepingBuilder implements HttpClient.Builder {
        private final HttpClient.Builder builder;

        private KeepingBuilder(HttpClient.Builder builder) {
            this.builder = builder;
        }

        @Override
        public HttpClient build() {
            HttpClient client = builder.build();
            made = client;
            return client;
        }

        @Override
        public HttpClient.Builder followRedirects(HttpClient.Redirect ignored) {
            // A token does not go where an answer points. API servers do not redirect.
            builder.followRedirects(HttpClient.Redirect.NEVER);
            return this;
        }

        @Override
        public HttpClient.Builder cookieHandler(CookieHandler cookieHandler) {
            builder.cookieHandler(cookieHandler);
            return this;
        }

        @Override
        public HttpClient.Builder connectTimeout(Duration duration) {
            builder.connectTimeout(duration);
            return this;
        }

        @Override
        public HttpClient.Builder sslContext(SSLContext sslContext) {
            builder.sslContext(sslContext);
            return this;
        }

        @Override
        public HttpClient.Builder sslParameters(SSLParameters sslParameters) {
            builder.sslParameters(sslParameters);
            return this;
        }

        @Override
        public HttpClient.Builder executor(Executor executor) {
            builder.executor(executor);
            return this;
        }

        @Override
        public HttpClient.Builder version(HttpClient.Version version) {
            builder.version(version);
            return this;
        }

        @Override
        public HttpClient.Builder priority(int priority) {
            builder.priority(priority);
            return this;
        }

        @Override
        public HttpClient.Builder proxy(ProxySelector proxySelector) {
            builder.proxy(proxySelector);
            return this;
        }

        @Override
        public HttpClient.Builder authenticator(Authenticator authenticator) {
            builder.authenticator(authenticator);
            return this;
        }

        @Override
        public HttpClient.Builder localAddress(InetAddress localAddr) {
            builder.localAddress(localAddr);
            return this;
        }
    }
}
