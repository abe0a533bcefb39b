package io.roadstead.plugin.datapath.ebpf.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.roadstead.testkit.lab.Cgroup;
import io.roadstead.testkit.lab.Namespace;

/** A process in a cgroup and a network namespace that opens sockets as the test tells it. Used by one thread. */
final class Client implements AutoCloseable {
    private final Process process;
    private final BufferedWriter to;
    private final BufferedReader from;
    private final Set<String> sockets = new LinkedHashSet<>();
    private int opened;

    private Client(Process process) {
        this.process = process;
        this.to = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        this.from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static Client start(Namespace host, Cgroup group) throws IOException {
        var command = List.of("ip", "netns", "exec", host.name(), Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                SocketProgram.class.getName());
        var client = new Client(new ProcessBuilder(group.inside(command)).redirectError(ProcessBuilder.Redirect.INHERIT).start());
        assertThat(client.from.readLine()).isEqualTo("ok ready");
        return client;
    }

    long pid() {
        return process.pid();
    }

    /** A new socket, to be named in what follows. */
    String open(LibcSocket.Kind kind) throws IOException {
        var name = "s" + opened++;
        ok("open", name, kind.name());
        sockets.add(name);
        return name;
    }

    /** A socket of TCP connected to the address, and what the server says first. */
    String greeting(LibcSocket.Kind kind, InetSocketAddress address) throws IOException {
        var socket = open(kind);
        connect(socket, address);
        var greeting = received(socket).text();
        close(socket);
        return greeting;
    }

    void close(String socket) throws IOException {
        ok("close", socket);
        sockets.remove(socket);
    }

    void closeAll() throws IOException {
        for (var socket : List.copyOf(sockets)) {
            close(socket);
        }
    }

    void connect(String socket, InetSocketAddress address) throws IOException {
        ok("connect", socket, host(address), port(address));
    }

    void sendTo(String socket, InetSocketAddress address) throws IOException {
        ok("send-to", socket, host(address), port(address), "hello");
    }

    LibcSocket.Received received(String socket) throws IOException {
        var words = ok("receive", socket).split(" ");
        return new LibcSocket.Received(new InetSocketAddress(words[0], Integer.parseInt(words[1])), words[2]);
    }

    InetSocketAddress peer(String socket) throws IOException {
        var words = ok("peer", socket).split(" ");
        return new InetSocketAddress(words[0], Integer.parseInt(words[1]));
    }

    /** What the command gave; an assertion fails if it failed. */
    String ok(String... words) throws IOException {
        var answer = ask(words);
        assertThat(answer).as(String.join(" ", words)).startsWith("ok");
        return answer.substring("ok".length()).strip();
    }

    /** Why the command failed; an assertion fails if it did not. */
    String failure(String... words) throws IOException {
        var answer = ask(words);
        assertThat(answer).as(String.join(" ", words)).startsWith("failed ");
        return answer.substring("failed ".length());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private String ask(String... words) throws IOException {
        to.write(String.join(" ", words));
        to.newLine();
        to.flush();
        var answer = from.readLine();
        return answer == null ? "failed: the process is gone" : answer;
    }

    static String host(InetSocketAddress address) {
        return address.getAddress().getHostAddress();
    }

    static String port(InetSocketAddress address) {
        return Integer.toString(address.getPort());
    }
}
