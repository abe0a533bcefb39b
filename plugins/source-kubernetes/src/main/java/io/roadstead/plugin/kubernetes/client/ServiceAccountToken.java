package io.roadstead.plugin.kubernetes.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.fabric8.kubernetes.client.OAuthTokenProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A token that others replace in its file: asked for each request, so that none is sent after its time. */
final class ServiceAccountToken implements OAuthTokenProvider {
    private static final Logger log = LoggerFactory.getLogger(ServiceAccountToken.class);

    private final Path file;
    private volatile String last;

    ServiceAccountToken(Path file) throws IOException {
        this.file = file;
        this.last = Files.readString(file).strip();
    }

    @Override
    public String getToken() {
        try {
            last = Files.readString(file).strip();
        } catch (IOException e) {
            log.warn("the service account's token cannot be read, the last one is used file={} reason={}", file,
                    e.getClass().getSimpleName());
        }
        return last;
    }
}
