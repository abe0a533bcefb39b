package io.roadstead.plugin.datapath.ebpf.socket;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The process that lives in the cgroup: does with sockets what lines on its standard input say, and answers each with a line, {@code ok …} or
 * {@code failed …}. {@link Client} is the other end.
 */
final class SocketProgram {
    private final Map<String, LibcSocket> sockets = new HashMap<>();

    private SocketProgram() {
    }

    public static void main(String... ignored) throws IOException {
        var program = new SocketProgram();
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ok ready");
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(program.answer(line.split(" ")));
        }
    }

    private String answer(String... words) {
        try {
            return "ok " + act(words);
        } catch (IOException e) {
            return "failed " + e.getMessage();
        }
    }

    private String act(String... words) throws IOException {
        var name = words[1];
        return switch (words[0]) {
            case "open" -> {
                sockets.put(name, LibcSocket.open(LibcSocket.Kind.valueOf(words[2])));
                yield "";
            }
            case "connect" -> {
                socket(name).connect(address(words[2], words[3]));
                yield "";
            }
            case "bind" -> {
                socket(name).bind(address(words[2], words[3]));
                yield "";
            }
            case "peer" -> text(socket(name).peer());
            case "send" -> {
                socket(name).send(words[2]);
                yield "";
            }
            case "send-to" -> {
                socket(name).sendTo(address(words[2], words[3]), words[4]);
                yield "";
            }
            case "receive" -> {
                var received = socket(name).receive();
                yield text(received.from()) + " " + received.text();
            }
            case "close" -> {
                socket(name).close();
                sockets.remove(name);
                yield "";
            }
            case "netns" -> {
                try (var any = LibcSocket.open(LibcSocket.Kind.UDP4)) {
                    yield Long.toString(any.networkNamespace());
                }
            }
            case "java" -> firstLine(address(words[1], words[2]));
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private LibcSocket socket(String name) {
        return Objects.requireNonNull(sockets.get(name), name);
    }

    /** By a socket as any Java program has it: one of IPv6 that maps IPv4 addresses. */
    private static String firstLine(InetSocketAddress address) throws IOException {
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(LibcSocket.RECEIVE_TIMEOUT_S * 1000);
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)).readLine();
        }
    }

    private static InetSocketAddress address(String host, String port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port));
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + " " + address.getPort();
    }
}
