package io.roadstead.testkit.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

import io.roadstead.testkit.lab.Certificates;

/**
 * An {@link ApiServer} as a process of a lab: {@code Main ADDRESS PORT DIRECTORY}, with TLS and RBAC. It reads from the directory, and writes there.
 *
 * <ul>
 * <li>{@code tokens}: a line per client: a name, its token, the user that it is, and the user's groups, between spaces
 * <li>{@code initial.yaml}, if it is there: objects to begin with
 * <li>{@code NAME.kubeconfig}: written for each client
 * <li>{@code requests.log}: written, a line per request: status, user, verb, path with parameters
 * </ul>
 *
 * {@code ready} is written last, when it answers.
 */
public final class Main {

    private Main() {
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 3) {
            throw new IllegalArgumentException("usage: ADDRESS PORT DIRECTORY");
        }
        var directory = Path.of(arguments[2]);
        var builder = ApiServer.builder()
                .listen(new InetSocketAddress(InetAddress.ofLiteral(arguments[0]), Integer.parseInt(arguments[1])))
                .tls(Certificates.authority("lab")).rbac();
        var clients = Files.readAllLines(directory.resolve("tokens")).stream().filter(line -> !line.isBlank())
                .map(line -> line.strip().split("\\s+"))
                .toList();
        for (var client : clients) {
            builder.token(client[1], client[2], Arrays.copyOfRange(client, 3, client.length));
        }
        var server = builder.start();
        var requests = Files.newBufferedWriter(directory.resolve("requests.log"), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        server.requests().listen(logged -> {
            try {
                synchronized (requests) {
                    requests.write(logged.status() + " " + logged.request().user() + " " + logged.request() + "\n");
                    requests.flush();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        if (Files.exists(directory.resolve("initial.yaml"))) {
            server.objects().apply(Files.readString(directory.resolve("initial.yaml")));
        }
        for (var client : clients) {
            write(directory.resolve(client[0] + ".kubeconfig"), server.kubeconfig(client[1]));
        }
        write(directory.resolve("ready"), server.url() + "\n");
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "api-server-close"));
        new CountDownLatch(1).await(); // until it is killed
    }

    /** For its owner's eyes: it holds a token. */
    private static void write(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }
}
