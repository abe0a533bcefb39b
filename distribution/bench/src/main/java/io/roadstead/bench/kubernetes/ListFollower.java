package io.roadstead.bench.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What nobody can do without: the lists, in pages, with nothing read out of them. It does not follow changes. */
final class ListFollower implements Follower {
    private static final Pattern SERVER = Pattern.compile("server: *\"?(http[^\\s\"]+)");
    private static final Pattern CONTINUE = Pattern.compile("\"continue\":\"([^\"]+)\"");

    private final HttpClient client = HttpClient.newHttpClient();
    private final String server;
    private boolean synced;

    ListFollower(Path kubeconfig) throws IOException {
        Matcher found = SERVER.matcher(Files.readString(kubeconfig));
        if (!found.find()) {
            throw new IOException(kubeconfig + " names no server");
        }
        server = found.group(1);
    }

    @Override
    public void start() {
        try {
            list("/api/v1/services");
            list("/apis/discovery.k8s.io/v1/endpointslices");
            synced = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void list(String path) throws IOException, InterruptedException {
        String token = "";
        do {
            URI page = URI.create(server + path + "?limit=500" + (token.isEmpty() ? "" : "&continue=" + token));
            String body = client.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString()).body();
            Matcher more = CONTINUE.matcher(body);
            token = more.find() ? more.group(1) : "";
        } while (!token.isEmpty());
    }

    @Override
    public boolean synced() {
        return synced;
    }

    @Override
    public long endsTold() {
        return 0;
    }

    @Override
    public long slicesTold() {
        return 0;
    }

    @Override
    public void close() {
        client.close();
    }
}
