package io.roadstead.plugin.kubernetes.client;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.impl.KubernetesClientImpl;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.TokenRefreshInterceptor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.ObjectMapper;

import io.roadstead.api.time.Loop;

/**
 * The client to the API server, made when first asked for and made anew when its connection may be dead: a pooled HTTP/2 connection whose other end is gone
 * without a word would take every further request, too. Safe for any thread; making a client reads files and may run a credential plugin.
 */
public final class Connection implements Supplier<KubernetesClient>, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);
    private static final String RETRY_AFTER = "Retry-After";
    private static final Duration PLUGIN_LIMIT = Duration.ofSeconds(30);

    private final ConnectionOptions options;
    private final Loop http;
    private final CredentialPlugins plugins;
    private final AtomicLong signs = new AtomicLong();
    private @Nullable Made made;
    private boolean closed;

    private record Made(KubernetesClient client, LoopHttpFactory factory) {
        private void close() {
            client.close();
            factory.shutdown();
        }
    }

    /**
     * @param http   runs what comes from the network, and nothing that waits for that
     * @param beside a loop that waits for nothing; asked for when the kubeconfig names a credential plugin
     */
    public Connection(ConnectionOptions options, Loop http, Supplier<Loop> beside) {
        this(options, http, new CredentialPlugins(beside, PLUGIN_LIMIT));
    }

    Connection(ConnectionOptions options, Loop http, CredentialPlugins plugins) {
        this.options = options;
        this.http = http;
        this.plugins = plugins;
    }

    /**
     * The client as it is now; not to be kept, nor to be closed.
     *
     * @throws ConnectionException when none can be made
     */
    @Override
    @SuppressWarnings("NullAway") // what makes no client throws
    public synchronized KubernetesClient get() {
        if (closed) {
            throw new ConnectionException("the source is closed", "");
        }
        if (made == null) {
            made = make();
        }
        return made.client;
    }

    private Made make() {
        Config config = configured();
        LoopHttpFactory factory = new LoopHttpFactory(http);
        try {
            HttpClient client = factory.newBuilder(config)
                    .addOrReplaceInterceptor(TokenRefreshInterceptor.NAME, new Credentials(config, factory)).build();
            // Without a search of the class path for models: what is read here is read as trees.
            return new Made(new KubernetesClientImpl(client, config, () -> http, new KubernetesSerialization(new ObjectMapper(), false)),
                    factory);
        } catch (RuntimeException unusable) {
            log.debug("no client from its configuration reason={}", unusable.getClass().getName()); // messages may quote keys
            throw new ConnectionException("the address or the certificates of the API server cannot be used", "correct the kubeconfig");
        }
    }

    private Config configured() {
        int ended = plugins.ended();
        try {
            Config config = ClientConfigs.of(options, plugins::watch);
            if (plugins.ended() == ended) {
                return config;
            }
        } catch (ConnectionException unusable) {
            if (plugins.ended() == ended) {
                throw unusable;
            }
        }
        throw new ConnectionException(
                "the credential plugin of kubeconfig " + options.kubeconfig() + " does not answer within " + plugins.limit().toSeconds()
                        + " s",
                "run it by hand as the agent's user: it must answer without asking anybody");
    }

    /** How often anything has come from the API server. */
    public long signs() {
        return signs.get();
    }

    /** Something has come that was not asked for by {@link #open}. */
    public void heard() {
        signs.incrementAndGet();
    }

    /** Closes this client, with every request in it; the next one asked for is another. False when that has happened already. */
    @SuppressWarnings("ReferenceEquality") // this very client
    public synchronized boolean renew(KubernetesClient suspect) {
        if (made == null || made.client != suspect) {
            return false;
        }
        made.close();
        made = null;
        return true;
    }

    @Override
    public synchronized void close() {
        closed = true;
        plugins.close();
        if (made != null) {
            made.close();
            made = null;
        }
    }

    /** What a request is told, on the HTTP loop, in this order. */
    public interface Answer {
        /** @param retryAfter the header, null without */
        void head(int code, @Nullable String retryAfter);

        /** The next bytes of the body. What it throws ends the request with that failure. */
        void body(ByteBuffer bytes);

        /**
         * Nothing more comes.
         *
         * @param failure null when the answer is complete
         */
        void end(@Nullable Throwable failure);
    }

    /**
     * Sends a GET.
     *
     * @param path with its query, from the server's root
     * @throws ConnectionException when there is no client
     */
    public Call open(String path, Answer answer) {
        KubernetesClient client = get();
        String root = client.getConfiguration().getMasterUrl();
        HttpClient transport = client.getHttpClient();
        HttpRequest request =
                transport.newHttpRequestBuilder().uri((root.endsWith("/") ? root.substring(0, root.length() - 1) : root) + path)
                        .header("Accept", "application/json").build();
        Call call = new Call(client, http, answer, signs);
        call.follow(transport.consumeBytes(request, call));
        return call;
    }

    /** A request on its way. */
    public static final class Call implements AsyncBody.Consumer<List<ByteBuffer>> {
        private final KubernetesClient client;
        private final Loop http;
        private final Answer answer;
        private final AtomicLong signs;
        private volatile @Nullable AsyncBody body;
        private volatile boolean cancelled;

        private Call(KubernetesClient client, Loop http, Answer answer, AtomicLong signs) {
            this.client = client;
            this.http = http;
            this.answer = answer;
            this.signs = signs;
        }

        /** By which it was sent. */
        public KubernetesClient client() {
            return client;
        }

        /** Ends it; its answer may be told a little more. Idempotent, from any thread. */
        public void cancel() {
            cancelled = true;
            AsyncBody open = body;
            if (open != null) {
                open.cancel();
            }
        }

        private void follow(CompletableFuture<HttpResponse<AsyncBody>> response) {
            // The JDK completes answers on its common pool.
            response.whenCompleteAsync((head, failure) -> {
                if (failure != null) {
                    answer.end(cause(failure));
                } else {
                    head(head);
                }
            }, http);
        }

        private void head(HttpResponse<AsyncBody> head) {
            signs.incrementAndGet();
            AsyncBody open = head.body();
            body = open;
            if (cancelled) {
                open.cancel();
                return;
            }
            answer.head(head.code(), head.header(RETRY_AFTER));
            open.done().whenCompleteAsync((nothing, failure) -> answer.end(failure == null ? null : cause(failure)), http);
            open.consume();
        }

        @Override
        public void consume(List<ByteBuffer> buffers, AsyncBody open) {
            signs.incrementAndGet();
            for (ByteBuffer buffer : buffers) {
                answer.body(buffer);
            }
            open.consume();
        }

        private static Throwable cause(Throwable failure) {
            return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        }
    }
}
