package io.roadstead.plugin.adminhttp;

import java.io.IOException;
import java.net.BindException;
import java.util.List;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.maintenance.NodeMaintenance;
import io.roadstead.api.plugin.AddOn;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.api.view.KernelViews;

/** The running interface. Jetty's threads are this instance's own and end with it: an answer waits for the kernel's loop, and must not hold one of ours. */
final class AdminHttp implements AddOn<AdminHttpConfig> {
    private static final Logger log = LoggerFactory.getLogger(AdminHttp.class);
    /** Of which two select and accept on each connector; the rest bound how many answers can wait at a time. */
    private static final int MAX_THREADS = 16;
    private static final int MAX_HEADER_BYTES = 8192;
    private static final long IDLE_MILLIS = 15_000;
    private static final long STOP_MILLIS = 1_000;

    private final AdminHttpConfig config;
    private final KernelViews views;
    private final NodeMaintenance maintenance;
    private final SocketFile socket;
    private @Nullable Server server;
    private volatile InstanceStatus status = new InstanceStatus(Health.STARTING, "not started", List.of());

    AdminHttp(AdminHttpConfig config, KernelViews views, NodeMaintenance maintenance) {
        AdminHttpConfig.Tcp tcp = config.tcp();
        if (tcp.enabled() && !tcp.address().isLoopback() && !tcp.allowRemote()) {
            throw new RoadsteadException(CommonErrorCode.CONFIG_OUT_OF_RANGE, "roadstead.add-ons.admin-http.tcp.address",
                    tcp.address() + " can be reached from other machines, and there is no authentication",
                    "use 127.0.0.1 or ::1, or set tcp.allow-remote = true");
        }
        this.config = config;
        this.views = views;
        this.maintenance = maintenance;
        this.socket = new SocketFile(config.socket());
    }

    @Override
    public synchronized void start() {
        Server starting = newServer();
        server = starting;
        try {
            socket.prepare();
            UnixDomainServerConnector unix = new UnixDomainServerConnector(starting, null, null, null, 1, 1, http());
            unix.setUnixDomainPath(socket.temporary());
            unix.setIdleTimeout(IDLE_MILLIS);
            starting.addConnector(unix);
            ServerConnector tcp = addTcp(starting);
            starting.start();
            socket.publish();
            String where = "on " + config.socket() + (tcp == null ? "" : " and http://" + authority(tcp.getLocalPort()));
            status = InstanceStatus.ok("listens " + where);
            log.info("admin interface listens {}", where);
        } catch (Exception e) {
            close();
            throw refusal(e);
        }
    }

    private Server newServer() {
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 1, (int) IDLE_MILLIS);
        threads.setName("admin-http");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        Server made = new Server(threads);
        made.setStopTimeout(STOP_MILLIS);
        Handler handler = new ApiHandler(new Endpoints(views, maintenance), config.timeout());
        made.setHandler(handler);
        made.setErrorHandler(new PlainErrors());
        return made;
    }

    private @Nullable ServerConnector addTcp(Server starting) {
        if (!config.tcp().enabled()) {
            return null;
        }
        ServerConnector tcp = new ServerConnector(starting, 1, 1, http());
        tcp.setHost(config.tcp().address().toString());
        tcp.setPort(config.tcp().port());
        tcp.setIdleTimeout(IDLE_MILLIS);
        starting.addConnector(tcp);
        return tcp;
    }

    private static HttpConnectionFactory http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        return new HttpConnectionFactory(http);
    }

    private String authority(int port) {
        String address = config.tcp().address().toString();
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }

    private RoadsteadException refusal(Exception e) {
        if (e instanceof RoadsteadException known) {
            return known;
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return new RoadsteadException(CommonErrorCode.ADDRESS_IN_USE, "roadstead.add-ons.admin-http.tcp",
                        authority(config.tcp().port())
                                + " cannot be bound: " + cause.getMessage(),
                        "stop what listens there, or choose another port", e);
            }
        }
        return new RoadsteadException(CommonErrorCode.INPUT_OUTPUT, "admin interface", "cannot start: " + e,
                "see the agent's log for what failed", e);
    }

    /** The port that TCP listens on; -1 when it does not. */
    synchronized int tcpPort() {
        if (server != null) {
            for (var connector : server.getConnectors()) {
                if (connector instanceof ServerConnector tcp) {
                    return tcp.getLocalPort();
                }
            }
        }
        return -1;
    }

    @Override
    public boolean reconfigure(AdminHttpConfig changed) {
        return changed.equals(config);
    }

    @Override
    public InstanceStatus status() {
        return status;
    }

    @Override
    public synchronized void close() {
        Server stopping = server;
        if (stopping == null) {
            return;
        }
        server = null;
        status = new InstanceStatus(Health.STARTING, "closed", List.of());
        try {
            socket.remove();
        } catch (IOException e) {
            log.warn("socket file could not be removed socket={} cause={}", config.socket(), e.toString());
        }
        try {
            stopping.stop();
        } catch (Exception e) {
            log.warn("admin interface did not stop cleanly", e);
        }
        stopping.destroy();
    }
}
