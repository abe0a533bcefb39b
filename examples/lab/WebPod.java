import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A pod of the Deployment webpod: answers every request with its host name and the address that the request came from. */
final class WebPod {

    private WebPod() {
    }

    public static void main(String[] arguments) throws Exception {
        var name = arguments[0];
        var server = HttpServer.create(new InetSocketAddress(Integer.parseInt(arguments[1])), 128);
        server.createContext("/", exchange -> {
            var remote = exchange.getRemoteAddress();
            var body = "Hostname: %s%nRemoteAddr: %s:%d%n".formatted(name, remote.getAddress().getHostAddress(), remote.getPort())
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }
}
